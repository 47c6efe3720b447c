// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.process;

import java.util.concurrent.CompletableFuture;

/** A process that was started; it may have ended. */
public interface RunningProcess {

  /** The process id; also the id of its session and process group. */
  long pid();

  /**
   * Completes when the process has ended and its output has been passed on. If another process,
   * such as one in the background, holds the output open, that is delayed by the grace of the
   * launcher at most, and further output is passed on until {@link #drained}. The future completes
   * on the reading thread, so continue with one of its {@code Async} methods. It fails with an
   * {@link java.io.IOException} if the exit status is not available.
   */
  CompletableFuture<ExitStatus> ended();

  /** Completes when no process holds the output open any longer. */
  default CompletableFuture<?> drained() {
    return ended();
  }

  /**
   * Sends SIGTERM to the process group. Reaches descendants even after the process has ended.
   *
   * @return false if no process of the group is left
   */
  boolean terminate();

  /**
   * Sends SIGKILL to the process group.
   *
   * @return false if no process of the group is left
   */
  boolean kill();
}
