// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.job;

/**
 * Told what becomes of runs, on the path of the run: takes no time and throws nothing. Each method
 * does nothing unless overridden.
 */
public interface RunListener {

  /** {@code run} has begun: it waits for its turn. */
  default void begun(Run run) {}

  /** A try of {@code run} has started; {@code attempt} is 1 for the first. */
  default void started(Run run, int attempt) {}

  /** {@code run} has ended, or was skipped. */
  default void ended(Run run, RunEnd end) {}

  /** All steps for {@code run}, which has ended, are done. */
  default void over(Run run) {}
}
