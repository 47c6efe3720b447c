// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.schedule;

/**
 * A schedule expression that cannot be taken; the message names field, value and what is allowed.
 */
public final class ScheduleException extends Exception {
  private final int column;

  /**
   * @param column of the value at fault, counted from 1 at the start of the expression
   * @param message field, value and what is allowed; lower case, no full stop
   */
  public ScheduleException(int column, String message) {
    super(message);
    this.column = column;
  }

  /** Column of the value at fault, from 1 at the start of the expression. */
  public int column() {
    return column;
  }
}
