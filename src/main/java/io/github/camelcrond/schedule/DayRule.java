// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.schedule;

/**
 * The days of a month on which a schedule fires.
 *
 * <p>If both day fields are set, either may match; if one of them begins with {@code *}, both must.
 * Source: crontab(5) and the flags DOM_STAR and DOW_STAR in entry.c of cronie.
 */
final class DayRule {
  /** Day of month: the last day. */
  static final long LAST_DAY = 1;

  /** Day of month: the last day from Monday to Friday. */
  static final long LAST_WORKDAY = 1L << 32;

  private static final int SATURDAY = 6;
  private static final int LAST_WEEK = 5;

  private final FieldValues dayOfMonth;
  private final FieldValues dayOfWeek;
  private final boolean both;

  DayRule(FieldValues dayOfMonth, FieldValues dayOfWeek) {
    this.dayOfMonth = dayOfMonth;
    this.dayOfWeek = dayOfWeek;
    this.both = dayOfMonth.star() || dayOfWeek.star();
  }

  /** Day of month: bit of the day from Monday to Friday that is nearest to {@code day}, 1 to 31. */
  static long nearestWorkday(int day) {
    return 1L << day;
  }

  /**
   * Day of week: bit of the nth such day of the month.
   *
   * @param nth 1 to 5
   */
  static long nth(int weekday, int nth) {
    return 1L << (7 * (nth - 1) + weekday % 7);
  }

  /** Day of week: bit of the last such day of the month. */
  static long last(int weekday) {
    return 1L << (7 * LAST_WEEK + weekday % 7);
  }

  /** Whether both day fields must match, where they are both set. */
  boolean both() {
    return both;
  }

  /** Whether both day fields are restricted. */
  boolean bothSet() {
    return !dayOfMonth.plain() && !dayOfWeek.plain();
  }

  /**
   * The matching days of a month, day n as bit n.
   *
   * @param length length of the month, 28 to 31
   * @param first weekday of its first day, 0 for Sunday
   */
  int days(int length, int first) {
    long byMonth = dayOfMonth.values() | specialDaysOfMonth(length, first);
    long byWeek = spread(dayOfWeek.values(), first) | specialDaysOfWeek(length, first);
    long days = both ? byMonth & byWeek : byMonth | byWeek;
    return (int) (days & ((1L << (length + 1)) - 2));
  }

  /** Whether some month of that length has a matching day. */
  boolean fits(int length) {
    for (int first = 0; first < 7; first++) {
      if (days(length, first) != 0) {
        return true;
      }
    }
    return false;
  }

  private long specialDaysOfMonth(int length, int first) {
    long special = dayOfMonth.special();
    if (special == 0) {
      return 0;
    }
    long days = (special & LAST_DAY) != 0 ? 1L << length : 0;
    if ((special & LAST_WORKDAY) != 0) {
      days |= 1L << workdayNear(length, length, first);
    }
    for (int day = 1; day <= length; day++) {
      if ((special & nearestWorkday(day)) != 0) {
        days |= 1L << workdayNear(day, length, first);
      }
    }
    return days;
  }

  /** The nearest day from Monday to Friday in the same month. */
  private static int workdayNear(int day, int length, int first) {
    int weekday = (first + day - 1) % 7;
    if (weekday == SATURDAY) {
      return day > 1 ? day - 1 : day + 2;
    }
    if (weekday == 0) {
      return day < length ? day + 1 : day - 2;
    }
    return day;
  }

  private long specialDaysOfWeek(int length, int first) {
    long special = dayOfWeek.special();
    if (special == 0) {
      return 0;
    }
    long days = 0;
    for (int week = 0; week < LAST_WEEK; week++) {
      days |= spread(special >>> (7 * week) & 0x7f, first) & (0x7fL << (7 * week + 1));
    }
    return days | spread(special >>> (7 * LAST_WEEK), first) & (0x7fL << (length - 6));
  }

  /** All days of a month that fall on the given weekdays. */
  private static long spread(long weekdays, int first) {
    long weeks = weekdays & 0x7f;
    weeks |= weeks << 7;
    weeks |= weeks << 14;
    weeks |= weeks << 28;
    return (weeks >>> first) << 1;
  }
}
