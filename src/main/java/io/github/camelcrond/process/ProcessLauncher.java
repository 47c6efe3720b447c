// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.process;

import java.io.Closeable;

/**
 * Starts processes. Each leads its own session and process group, and has the default signal
 * actions, no blocked signals, and no open files except standard input, output and error.
 */
public interface ProcessLauncher extends Closeable {

  /**
   * Starts a process and returns once it runs. Thread-safe.
   *
   * @param output receives the output of the process on the reading thread of the launcher; must
   *     not block
   * @throws LaunchException if the process cannot be started; all resources are released then
   */
  RunningProcess start(ProcessRequest request, OutputSink output) throws LaunchException;

  /** Stops reading output; no process can be started afterwards. Running processes continue. */
  @Override
  void close();
}
