// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.run;

/** Thrown on the way to a run that is not to start; the message says why. */
public final class RunSkipped extends Exception {

  /** Skips the run because of {@code reason}: lower case, no full stop. */
  public RunSkipped(String reason) {
    // Nobody looks at the stack of a decision.
    super(reason, null, false, false);
  }
}
