// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.process;

import java.time.Duration;

/** The contract about groups, kept by posix_spawn on kernels without pidfd. */
final class NoPidfdGroupTest extends ProcessGroupContract {
  @Override
  ProcessLauncher launcher() throws Exception {
    return new PosixSpawnLauncher(Duration.ofMillis(300), pid -> -1);
  }
}
