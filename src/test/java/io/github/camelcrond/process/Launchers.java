// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.process;

import java.io.IOException;
import java.time.Duration;

/** The ways to start processes, for what is done with each of them. */
enum Launchers {
  POSIX_SPAWN {
    @Override
    ProcessLauncher open() throws IOException {
      return new PosixSpawnLauncher(Duration.ofSeconds(1));
    }
  },
  JDK {
    @Override
    ProcessLauncher open() throws IOException {
      return ProcessLaunchers.jdk(ProgramPath.of(""));
    }
  };

  abstract ProcessLauncher open() throws IOException;
}
