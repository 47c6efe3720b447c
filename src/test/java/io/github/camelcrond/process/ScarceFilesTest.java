// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A JVM of its own that may open few files. */
final class ScarceFilesTest {

  @ParameterizedTest
  @EnumSource
  @Timeout(60)
  void startsThatAreRefusedForLackOfFilesCanBeTriedAgain(Launchers choice) throws Exception {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    // Each jar is an open file: only those that are needed.
    String classPath =
        Stream.of(
                System.getProperty(
                        "surefire.test.class.path", System.getProperty("java.class.path"))
                    .split(":"))
            .filter(entry -> entry.matches(".*(classes|/jna-[^/]*|/slf4j-api[^/]*|/logback-[^/]*)"))
            .collect(Collectors.joining(":"));
    Process process =
        new ProcessBuilder(
                "/bin/sh",
                "-c",
                "ulimit -n 80; exec \"$@\"",
                "sh",
                java,
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                classPath,
                ScarceFiles.class.getName(),
                choice.name(),
                "200",
                "exec sleep 0.5")
            .redirectError(Redirect.DISCARD)
            .start();
    byte[] printed = process.getInputStream().readAllBytes();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(new String(printed, StandardCharsets.UTF_8))
        .endsWith("succeeded=200 refused=some\n");
  }
}
