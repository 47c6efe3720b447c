// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.process;

import java.io.Closeable;

/**
 * Starts processes. Each leads a session and a process group of its own, has the signals' default
 * actions, no signal blocked, and no open file but standard input, output and error.
 */
public interface ProcessLauncher extends Closeable {

  /**
   * Starts a process and returns when it runs. May be called from many threads.
   *
   * @param output gets what the process prints, on the launcher's one reading thread, so it must
   *     not wait for long
   * @throws LaunchException if it cannot be started; nothing is left behind
   */
  RunningProcess start(ProcessRequest request, OutputSink output) throws LaunchException;

  /**
   * Whether a process group has a living member. For groups that an earlier daemon left behind: a
   * number may have been given to another group since.
   *
   * @param leader the process id of the group's leader
   */
  boolean groupLives(long leader);

  /** Stops reading. Processes that still run are left to themselves. */
  @Override
  void close();
}
