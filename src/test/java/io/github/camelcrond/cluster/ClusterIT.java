// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * Three minutes of {@code src/it/cluster}, or {@code -Dcrond.test.cluster=SECONDS}, 0 for none;
 * with another seed each time, which the report names. How long recoveries take is printed, but not
 * tested, as it depends on the load of the machine. Skipped where the script cannot run, for the
 * reason that it prints.
 */
class ClusterIT {
  private static final int CANNOT_RUN_HERE = 77;
  private static final int SLOW = 3;

  @Test
  void keepsItsPromisesThroughFaultsOfHostsNetworkAndServers() throws Exception {
    String seconds = System.getProperty("crond.test.cluster", "180");
    Assumptions.assumeFalse(seconds.equals("0"), "crond.test.cluster is 0");
    ProcessBuilder builder =
        new ProcessBuilder("timeout", "--kill-after=30", "1200", "src/it/cluster", seconds);
    builder.environment().put("CLASSES", classes());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    Process process = builder.redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int code = process.waitFor();
    System.out.println(output);

    Assumptions.assumeTrue(code != CANNOT_RUN_HERE, output);
    assertThat(code).as(output).isIn(0, SLOW);
  }

  private static String classes() {
    String all =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    return Stream.of(all.split(":"))
        .map(entry -> Path.of(entry).toAbsolutePath().toString())
        .collect(Collectors.joining(":"));
  }
}
