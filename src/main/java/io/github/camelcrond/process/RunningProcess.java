// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.process;

import java.util.concurrent.CompletableFuture;

/** A process that was started, running or ended. */
public interface RunningProcess {

  /** The process id; also the id of its session and process group. */
  long pid();

  /**
   * Completes when the process has ended and all it printed was passed on. Another process that
   * holds its output open, such as one in the background, is waited for no longer than the
   * launcher's grace; its output is passed on until {@link #drained}. Completes on the reading
   * thread: go on with one of the {@code Async} methods. Fails with an {@link java.io.IOException}
   * if its exit status is not available.
   */
  CompletableFuture<ExitStatus> ended();

  /** Completes when no process holds the output open any longer. */
  default CompletableFuture<?> drained() {
    return ended();
  }

  /**
   * Asks the process group to end (SIGTERM). Reaches grandchildren after their parent has ended,
   * too.
   *
   * @return false if there was nobody left to ask
   */
  boolean terminate();

  /**
   * Ends the process group (SIGKILL).
   *
   * @return false if there was nobody left to end
   */
  boolean kill();
}
