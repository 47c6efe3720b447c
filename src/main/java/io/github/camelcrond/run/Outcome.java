// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.run;

import java.util.Locale;

/** How a run ended. */
public enum Outcome {
  /** Exit code 0, or the message was accepted. */
  SUCCEEDED,
  /** Another exit code, a signal, or the message was rejected. */
  FAILED,
  /** Ended by {@code CRON_TIMEOUT}. */
  TIMED_OUT,
  /** Not started on purpose; the reason says why. */
  SKIPPED,
  /** Interrupted by the end of the daemon or by a kill. */
  INTERRUPTED,
  /** Could not be started; the reason says why. */
  NOT_STARTED;

  /** The name in records and messages: lower case with hyphens. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * The outcome with the name {@code text}.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Outcome of(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT).replace('-', '_'));
  }
}
