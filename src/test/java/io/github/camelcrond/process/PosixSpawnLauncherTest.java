// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.process;

import java.time.Duration;

/** The contract, kept by posix_spawn. */
final class PosixSpawnLauncherTest extends ProcessLauncherContract {
  @Override
  ProcessLauncher launcher() throws Exception {
    return new PosixSpawnLauncher(Duration.ofMillis(300));
  }

  @Override
  long mayBeBlocked() {
    return 0;
  }
}
