// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.schedule;

import java.time.LocalDate;
import java.time.Month;
import java.time.Year;

/** The minutes that five fields allow, on a clock without zone. */
final class CronMinutes {
  private static final int DAY = 86_400;
  private static final int HOUR = 3_600;
  private static final int MINUTE = 60;
  private static final int ALL_HOURS = (1 << 24) - 1;

  /** 1 January 1970 was a Thursday. */
  private static final int WEEKDAY_1970 = 4;

  private final long minutes;
  private final int hours;
  private final int months;
  private final DayRule days;
  private final boolean fixed;

  CronMinutes(FieldValues minute, FieldValues hour, FieldValues month, DayRule days) {
    this.minutes = minute.values();
    this.hours = (int) hour.values();
    this.days = days;
    this.months = monthsThatFit((int) month.values(), days);
    this.fixed = !minute.star() && !hour.star();
  }

  /** Leaves out the months that have no matching day in any year, so that a search always ends. */
  private static int monthsThatFit(int months, DayRule days) {
    int fitting = 0;
    for (Month month : Month.values()) {
      int bit = 1 << month.getValue();
      if ((months & bit) != 0 && (days.fits(month.minLength()) || days.fits(month.maxLength()))) {
        fitting |= bit;
      }
    }
    return fitting;
  }

  /** Whether no date matches in any year. */
  boolean never() {
    return months == 0;
  }

  /** Whether neither minute nor hour begins with {@code *}. */
  boolean fixed() {
    return fixed;
  }

  /** Whether every hour is allowed. */
  boolean everyHour() {
    return hours == ALL_HOURS;
  }

  /** The rule of the two day fields. */
  DayRule days() {
    return days;
  }

  /**
   * First matching minute at or after {@code second}; both in seconds since 1970 on the wall. Not
   * to be asked if it never comes.
   */
  long next(long second) {
    long minute = Math.floorDiv(second + MINUTE - 1, MINUTE);
    long day = Math.floorDiv(minute, DAY / MINUTE);
    long match = nextDay(day);
    if (match > day) {
      return match * DAY + firstOfDay();
    }
    int inDay = (int) (minute - day * (DAY / MINUTE));
    int hour = inDay / 60;
    if ((hours >>> hour & 1) != 0) {
      long rest = minutes >>> (inDay % 60);
      if (rest != 0) {
        return (minute + Long.numberOfTrailingZeros(rest)) * MINUTE;
      }
    }
    int laterHours = hours & -1 << (hour + 1);
    if (laterHours != 0) {
      return day * DAY + (long) Integer.numberOfTrailingZeros(laterHours) * HOUR + firstOfHour();
    }
    return nextDay(day + 1) * DAY + firstOfDay();
  }

  private int firstOfHour() {
    return Long.numberOfTrailingZeros(minutes) * MINUTE;
  }

  private int firstOfDay() {
    return Integer.numberOfTrailingZeros(hours) * HOUR + firstOfHour();
  }

  private long nextDay(long from) {
    LocalDate date = LocalDate.ofEpochDay(from);
    int year = date.getYear();
    int month = date.getMonthValue();
    long first = from - date.getDayOfMonth() + 1;
    int notBefore = -1 << date.getDayOfMonth();
    while (true) {
      if ((months >>> month & 1) != 0) {
        int match = daysOf(year, month, first) & notBefore;
        if (match != 0) {
          return first + Integer.numberOfTrailingZeros(match) - 1;
        }
      }
      int later = months & -1 << (month + 1);
      year += later == 0 ? 1 : 0;
      month = Integer.numberOfTrailingZeros(later == 0 ? months : later);
      first = LocalDate.of(year, month, 1).toEpochDay();
      notBefore = -1;
    }
  }

  private int daysOf(int year, int month, long first) {
    int length = Month.of(month).length(Year.isLeap(year));
    return days.days(length, (int) Math.floorMod(first + WEEKDAY_1970, 7L));
  }
}
