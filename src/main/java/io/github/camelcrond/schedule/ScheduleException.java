// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.schedule;

import java.util.List;
import java.util.stream.Stream;

/**
 * An invalid schedule expression; the message states the field, the value and the allowed values.
 */
public final class ScheduleException extends Exception {
  private final int column;
  private final transient List<ScheduleException> others;

  /**
   * @param column column of the invalid value, from 1 at the start of the expression
   * @param message field, value and allowed values; lower case, no full stop
   */
  public ScheduleException(int column, String message) {
    this(column, message, List.of());
  }

  private ScheduleException(int column, String message, List<ScheduleException> others) {
    // Without a stack trace: invalid expressions are normal input.
    super(message, null, false, false);
    this.column = column;
    this.others = others;
  }

  /**
   * The first of {@code faults}, which are all in one expression, with the others attached. The
   * list must not be empty.
   */
  static ScheduleException of(List<ScheduleException> faults) {
    ScheduleException first = faults.get(0);
    return new ScheduleException(
        first.column, first.getMessage(), List.copyOf(faults.subList(1, faults.size())));
  }

  /** This error and the others of the same expression, from left to right. */
  public List<ScheduleException> all() {
    return Stream.concat(Stream.of(this), others.stream()).toList();
  }

  /** Column of the invalid value, from 1 at the start of the expression. */
  public int column() {
    return column;
  }
}
