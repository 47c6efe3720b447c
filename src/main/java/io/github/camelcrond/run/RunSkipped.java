// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.run;

/** Thrown by a step before the start of a run that is not to start; the message says why. */
public final class RunSkipped extends Exception {

  /** Skips the run because of {@code reason}: lower case, no full stop. */
  public RunSkipped(String reason) {
    // A decision needs no stack trace.
    super(reason, null, false, false);
  }
}
