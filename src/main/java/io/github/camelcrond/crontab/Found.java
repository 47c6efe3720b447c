// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.crontab;

import java.util.Optional;

/**
 * A finding of a rule about one line.
 *
 * @param code the code of the warning; empty until {@link #withCode} sets it
 * @param index index in the line
 * @param message the problem and the remedy
 * @param mend the whole corrected line, if there is only one possible correction
 */
record Found(String code, int index, String message, Optional<String> mend) {
  /** A finding without a code and with several possible corrections. */
  static Optional<Found> of(int index, String message) {
    return Optional.of(new Found("", index, message, Optional.empty()));
  }

  /** A finding without a code and with one possible correction. */
  static Optional<Found> of(int index, String message, String mend) {
    return Optional.of(new Found("", index, message, Optional.of(mend)));
  }

  /** This finding with the code {@code other}. */
  Found withCode(String other) {
    return new Found(other, index, message, mend);
  }
}
