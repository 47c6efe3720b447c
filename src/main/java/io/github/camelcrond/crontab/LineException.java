// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.crontab;

import java.util.List;
import java.util.stream.Stream;

/** An invalid line, or an invalid value in a line. */
final class LineException extends Exception {
  private final int index;
  private final transient List<LineException> others;

  /**
   * @param index index of the error, from 0, in the text that was parsed
   * @param message the error and the allowed values; lower case, no full stop
   */
  LineException(int index, String message) {
    this(index, message, List.of());
  }

  private LineException(int index, String message, List<LineException> others) {
    // Without a stack trace: thousands of invalid lines are normal input.
    super(message, null, false, false);
    this.index = index;
    this.others = others;
  }

  /**
   * The first of {@code faults}, which are all in one line, with the others attached. The list must
   * not be empty.
   */
  static LineException of(List<LineException> faults) {
    LineException first = faults.get(0);
    return new LineException(
        first.index, first.getMessage(), List.copyOf(faults.subList(1, faults.size())));
  }

  /** This error and the others of the same line, from left to right. */
  List<LineException> all() {
    return Stream.concat(Stream.of(this), others.stream()).toList();
  }

  /** Index of the error, from 0. */
  int index() {
    return index;
  }
}
