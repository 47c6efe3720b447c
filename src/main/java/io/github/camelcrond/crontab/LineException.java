// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.crontab;

import java.util.List;
import java.util.stream.Stream;

/** A line, or a value in it, that cannot be taken. */
final class LineException extends Exception {
  private final int index;
  private final transient List<LineException> others;

  /**
   * @param index of the character at fault, from 0 at the start of the text that was looked at
   * @param message what is wrong and what is allowed; lower case, no full stop
   */
  LineException(int index, String message) {
    this(index, message, List.of());
  }

  private LineException(int index, String message, List<LineException> others) {
    // Thousands of bad lines are normal input; nobody looks at their stack traces.
    super(message, null, false, false);
    this.index = index;
    this.others = others;
  }

  /** The first fault of a line that has these, one at least. */
  static LineException of(List<LineException> faults) {
    LineException first = faults.get(0);
    return new LineException(
        first.index, first.getMessage(), List.copyOf(faults.subList(1, faults.size())));
  }

  /** This fault and the others of the same line, from left to right. */
  List<LineException> all() {
    return Stream.concat(Stream.of(this), others.stream()).toList();
  }

  /** Where the fault is, from 0. */
  int index() {
    return index;
  }
}
