// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.crontab;

/** A line, or a value in it, that cannot be taken. */
final class LineException extends Exception {
  private final int index;

  /**
   * @param index of the character at fault, from 0 at the start of the text that was looked at
   * @param message what is wrong and what is allowed; lower case, no full stop
   */
  LineException(int index, String message) {
    // Thousands of bad lines are normal input; nobody looks at their stack traces.
    super(message, null, false, false);
    this.index = index;
  }

  /** Where the fault is, from 0. */
  int index() {
    return index;
  }
}
