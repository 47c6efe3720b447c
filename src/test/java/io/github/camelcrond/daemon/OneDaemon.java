// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.daemon;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Tests that have a daemon of the packaged jar each. */
abstract class OneDaemon {
  @TempDir Path folder;
  RealDaemon daemon;

  @BeforeEach
  void createDaemon() {
    daemon = new RealDaemon(folder);
  }

  @AfterEach
  void closeDaemon() {
    daemon.close();
  }
}
