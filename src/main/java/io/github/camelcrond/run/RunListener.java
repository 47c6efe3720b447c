// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.run;

/**
 * Is notified of the events of each run, on the thread of the run: implementations return quickly
 * and do not throw. Each method does nothing unless overridden.
 */
public interface RunListener {

  /** {@code run} has begun, and may have to wait before it starts. */
  default void begun(Run run) {}

  /** An attempt of {@code run} has started; {@code attempt} is 1 for the first. */
  default void started(Run run, int attempt) {}

  /** {@code run} has ended, or was skipped. */
  default void ended(Run run, RunEnd end) {}

  /**
   * The route of {@code run} is done and no step of it has ended the run, which ended as failed.
   */
  default void unended(Run run, RunEnd end) {}

  /** The route of {@code run} is done; no other method is called for it afterwards. */
  default void over(Run run) {}
}
