// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.schedule;

import java.time.LocalDate;
import java.time.Month;
import java.time.Year;
import java.util.BitSet;
import java.util.Map;

/** The seconds that the fields of a line allow, on a clock without zone. */
final class CronFields {
  private static final int DAY = 86_400;
  private static final int HOUR = 3_600;
  private static final int MINUTE = 60;
  private static final int ALL_HOURS = (1 << 24) - 1;

  /** What {@link #next} answers when nothing matches any more. */
  static final long NEVER = Long.MAX_VALUE;

  /** 1 January 1970 was a Thursday. */
  private static final int WEEKDAY_1970 = 4;

  private final long seconds;
  private final long minutes;
  private final int hours;
  private final int months;
  private final DayRule days;
  private final boolean fixed;

  /** The years, empty if all are allowed. */
  private final BitSet years;

  /**
   * @param fields of each kind; those that may be left out are {@link FieldValues#FIRST_SECOND} and
   *     {@link FieldValues#EVERY_YEAR} then
   */
  CronFields(Map<Field, FieldValues> fields) {
    FieldValues second = fields.get(Field.SECOND);
    FieldValues minute = fields.get(Field.MINUTE);
    FieldValues hour = fields.get(Field.HOUR);
    this.seconds = second.values();
    this.minutes = minute.values();
    this.hours = (int) hour.values();
    this.days = new DayRule(fields.get(Field.DAY_OF_MONTH), fields.get(Field.DAY_OF_WEEK));
    this.months = monthsThatFit((int) fields.get(Field.MONTH).values(), days);
    this.fixed = !second.star() && !minute.star() && !hour.star();
    this.years = fields.get(Field.YEAR).years();
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

  /** Whether none of second, minute and hour begins with {@code *}. */
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
   * First matching second at or after {@code second}, {@link #NEVER} if there is none; in seconds
   * since 1970 on the wall. Not to be asked if {@link #never}.
   */
  long next(long second) {
    long day = Math.floorDiv(second, DAY);
    long match = nextDay(day);
    if (match > day) {
      return match == NEVER ? NEVER : match * DAY + firstOfDay();
    }
    int inDay = (int) (second - day * DAY);
    int inHour = nextInHour(inDay % HOUR);
    int hour = inDay / HOUR;
    if ((hours >>> hour & 1) != 0 && inHour < HOUR) {
      return day * DAY + (long) hour * HOUR + inHour;
    }
    int laterHours = hours & -1 << (hour + 1);
    if (laterHours != 0) {
      return day * DAY + (long) Integer.numberOfTrailingZeros(laterHours) * HOUR + firstOfHour();
    }
    long later = nextDay(day + 1);
    return later == NEVER ? NEVER : later * DAY + firstOfDay();
  }

  /** First matching second of an hour at or after {@code from}; an hour or more if none is left. */
  private int nextInHour(int from) {
    int minute = from / MINUTE;
    long rest = seconds >>> (from % MINUTE);
    if ((minutes >>> minute & 1) != 0 && rest != 0) {
      return from + Long.numberOfTrailingZeros(rest);
    }
    long later = minutes & -1L << (minute + 1);
    return later == 0 ? HOUR : Long.numberOfTrailingZeros(later) * MINUTE + firstOfMinute();
  }

  private int firstOfMinute() {
    return Long.numberOfTrailingZeros(seconds);
  }

  private int firstOfHour() {
    return Long.numberOfTrailingZeros(minutes) * MINUTE + firstOfMinute();
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
      if (!years.isEmpty() && !years.get(Math.max(0, year))) {
        year = years.nextSetBit(Math.max(0, year));
        if (year < 0) {
          return NEVER;
        }
        month = Integer.numberOfTrailingZeros(months);
        first = LocalDate.of(year, month, 1).toEpochDay();
        notBefore = -1;
      }
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
