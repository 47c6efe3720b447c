// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A launcher to try, and a folder for its processes. */
@Timeout(60)
abstract class LauncherFixture {
  @TempDir Path folder;
  ProcessLauncher launcher;
  Shell shell;

  abstract ProcessLauncher launcher() throws Exception;

  @BeforeEach
  void open() throws Exception {
    launcher = launcher();
    shell = new Shell(launcher);
  }

  @AfterEach
  void close() {
    launcher.close();
  }

  /** A named pipe, by which a test says to a process when to go on. */
  Path fifo() throws Exception {
    Path fifo = folder.resolve("fifo");
    assertThat(shell.start("mkfifo " + fifo).end().success()).isTrue();
    return fifo;
  }
}
