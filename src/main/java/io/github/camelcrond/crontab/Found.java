// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.crontab;

import java.util.Optional;

/**
 * What a rule has found.
 *
 * @param index in the line
 * @param mend the whole line as it was meant, if there is only one answer
 */
record Found(String code, int index, String message, Optional<String> mend) {
  /** Found by a rule whose code is not said yet, to be mended in several ways. */
  static Optional<Found> of(int index, String message) {
    return Optional.of(new Found("", index, message, Optional.empty()));
  }

  /** The same, with the only mend. */
  static Optional<Found> of(int index, String message, String mend) {
    return Optional.of(new Found("", index, message, Optional.of(mend)));
  }

  /** The same found by another rule. */
  Found withCode(String other) {
    return new Found(other, index, message, mend);
  }
}
