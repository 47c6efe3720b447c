// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.schedule;

/**
 * An invalid schedule expression; the message states the field, the value and the allowed values.
 */
public final class ScheduleException extends Exception {
  private final int column;

  /**
   * @param column of the invalid value, counted from 1 at the start of the expression
   * @param message field, value and allowed values; lower case, no full stop
   */
  public ScheduleException(int column, String message) {
    super(message);
    this.column = column;
  }

  /** Column of the invalid value, from 1 at the start of the expression. */
  public int column() {
    return column;
  }
}
