// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.schedule;

import java.util.List;
import java.util.Locale;

/**
 * The fields of a crontab line: the first five in their order, then those that longer forms add.
 * Random values depend on the ordinal, so new fields must come last. Source: crontab(5).
 */
enum Field {
  MINUTE("minute", 0, 59, List.of()),
  HOUR("hour", 0, 23, List.of()),
  DAY_OF_MONTH("day of month", 1, 31, List.of()),
  MONTH(
      "month",
      1,
      12,
      List.of("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")),
  DAY_OF_WEEK("day of week", 0, 7, List.of("sun", "mon", "tue", "wed", "thu", "fri", "sat")),
  SECOND("second", 0, 59, List.of()),
  YEAR("year", 1970, 2199, List.of());

  /** The five fields of crontab(5). */
  static final List<Field> FIVE = List.of(MINUTE, HOUR, DAY_OF_MONTH, MONTH, DAY_OF_WEEK);

  /** Six fields, with the second first. */
  static final List<Field> SIX = List.of(SECOND, MINUTE, HOUR, DAY_OF_MONTH, MONTH, DAY_OF_WEEK);

  /** Seven fields, with the second first and the year last. */
  static final List<Field> SEVEN =
      List.of(SECOND, MINUTE, HOUR, DAY_OF_MONTH, MONTH, DAY_OF_WEEK, YEAR);

  /** Sunday as the end of a range, so that {@code fri-sun} is a forward range. */
  static final int SUNDAY_AT_END = 7;

  final String title;
  final int min;
  final int max;
  private final List<String> names;

  Field(String title, int min, int max, List<String> names) {
    this.title = title;
    this.min = min;
    this.max = max;
    this.names = names;
  }

  /** The allowed values of this field, for messages. */
  String allowed() {
    String numbers = "use " + min + " to " + max;
    return names.isEmpty()
        ? numbers
        : numbers + " or " + names.get(0) + " to " + names.get(names.size() - 1);
  }

  /**
   * The value of a number or name.
   *
   * @param column column of {@code text}, for the message, from 1
   * @throws ScheduleException if it is neither, or out of range
   */
  int value(String text, int column) throws ScheduleException {
    if (text.isEmpty()) {
      throw new ScheduleException(column, title + " has an empty entry, " + allowed());
    }
    if (!isNumber(text)) {
      int name = names.indexOf(text.toLowerCase(Locale.ROOT));
      if (name >= 0) {
        return name + min;
      }
      if (text.equals("?")) {
        throw new ScheduleException(column, title + " ? is not valid in cron, use *");
      }
      if (this == DAY_OF_WEEK && text.equalsIgnoreCase("L")) {
        throw new ScheduleException(column, title + " L requires a day, write e.g. 5L");
      }
      String kind = names.isEmpty() ? " is not a number, " : " is not a number or a name, ";
      throw new ScheduleException(column, title + " " + text + kind + allowed());
    }
    int value = number(text);
    if (this == DAY_OF_WEEK && value >= YEAR.min && value <= YEAR.max) {
      throw new ScheduleException(
          column, title + " " + text + " is a year, which needs seven fields: second in front");
    }
    if (value < min || value > max) {
      throw new ScheduleException(column, title + " " + text + " is out of range, " + allowed());
    }
    return value;
  }

  /** Whether {@code text} consists of the digits 0 to 9. */
  static boolean isNumber(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return false;
      }
    }
    return !text.isEmpty();
  }

  /** The value of {@code digits}; 1,000,000 for larger values. */
  static int number(String digits) {
    int value = 0;
    for (int i = 0; i < digits.length(); i++) {
      value = Math.min(1_000_000, value * 10 + digits.charAt(i) - '0');
    }
    return value;
  }
}
