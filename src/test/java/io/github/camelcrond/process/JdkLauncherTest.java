// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The contract, kept by the JDK. */
final class JdkLauncherTest extends ProcessLauncherContract {
  @Override
  ProcessLauncher launcher() throws LaunchException {
    return new JdkLauncher(ProgramPath.of("").find("setsid").orElseThrow());
  }

  /** SIGQUIT: JDK 17 passes on the mask of its own threads. */
  @Override
  long mayBeBlocked() {
    return 1 << 2;
  }

  /** What the tests were started with is passed on: SIGHUP under nohup(1). */
  @Override
  long mayBeIgnored() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("SigIgn:"))
        .mapToLong(line -> Long.parseUnsignedLong(line.substring(7).strip(), 16))
        .findFirst()
        .orElseThrow();
  }
}
