// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.run;

/**
 * Receives the events of each run, on the thread of the run. Implementations return quickly and do
 * not throw. By default, each method does nothing.
 */
public interface RunListener {

  /** {@code run} has begun, and may have to wait before it starts. */
  default void begun(Run run) {}

  /** An attempt of {@code run} has started; {@code attempt} is 1 for the first. */
  default void started(Run run, int attempt) {}

  /** {@code run} has ended, or was skipped. */
  default void ended(Run run, RunEnd end) {}

  /**
   * The route of {@code run} has ended without a step that ended the run, which therefore failed.
   */
  default void unended(Run run, RunEnd end) {}

  /** The route of {@code run} has ended; no other method is called for the run afterwards. */
  default void over(Run run) {}
}
