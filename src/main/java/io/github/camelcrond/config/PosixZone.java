// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.config;

import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.temporal.TemporalAdjusters;
import java.time.zone.ZoneRules;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A zone as POSIX writes it in TZ, such as {@code CET-1CEST,M3.5.0,M10.5.0/3}: standard time, and
 * daylight saving time between two dates of each year. Source: tzset(3).
 */
final class PosixZone {
  private static final String NAME = "(?:[A-Za-z]{3,}|<[A-Za-z0-9+-]+>)";
  private static final String TIME = "[+-]?\\d{1,3}(?::\\d{1,2}){0,2}";
  private static final String DAY = "J?\\d{1,3}|M\\d{1,2}\\.[1-5]\\.[0-6]";
  private static final Pattern FORM =
      Pattern.compile(
          String.format(
              "%1$s(%2$s)(?:%1$s(%2$s)?(?:,(%3$s)(?:/(%2$s))?,(%3$s)(?:/(%2$s))?)?)?",
              NAME, TIME, DAY));

  /** Changes are computed from this year to the last; later years are like the last. */
  private static final int FIRST_YEAR = 1970;

  private static final int LAST_YEAR = 2200;
  private static final int HOUR = 3600;
  private static final String TWO = "2";

  private final ZoneOffset standard;
  private final ZoneOffset saving;
  private final Matcher text;

  private PosixZone(Matcher text) {
    this.text = text;
    this.standard = ZoneOffset.ofTotalSeconds(-seconds(text.group(1)));
    this.saving =
        text.group(2) == null
            ? ZoneOffset.ofTotalSeconds(standard.getTotalSeconds() + HOUR)
            : ZoneOffset.ofTotalSeconds(-seconds(text.group(2)));
  }

  /**
   * Parses {@code text}.
   *
   * @throws IllegalArgumentException if it does not have that form
   * @throws java.time.DateTimeException if a number in it is out of range
   */
  static PosixZone of(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(text + " is not a zone in the form of POSIX");
    }
    return new PosixZone(matcher);
  }

  /** Standard time. */
  ZoneOffset standard() {
    return standard;
  }

  /** The rules of this zone. */
  ZoneRules rules() {
    return ZoneFile.rules(standard, changes());
  }

  /** The offsets, each by the instant from which it applies, in seconds since 1970. */
  Map<Long, ZoneOffset> changes() {
    Map<Long, ZoneOffset> changes = new TreeMap<>();
    // Without rules after the names, those of the United States apply.
    boolean saves = text.group().replaceAll("^" + NAME + TIME, "").length() > 0;
    for (int year = FIRST_YEAR; saves && year <= LAST_YEAR; year++) {
      changes.put(instant(year, group(3, "M3.2.0"), group(4, TWO), standard), saving);
      changes.put(instant(year, group(5, "M11.1.0"), group(6, TWO), saving), standard);
    }
    return changes;
  }

  private String group(int number, String otherwise) {
    return text.group(number) == null ? otherwise : text.group(number);
  }

  private static long instant(int year, String day, String time, ZoneOffset offset) {
    long start = day(year, day).atStartOfDay().toEpochSecond(offset);
    return start + seconds(time);
  }

  private static LocalDate day(int year, String day) {
    if (day.startsWith("M")) {
      String[] parts = day.substring(1).split("\\.");
      YearMonth month = YearMonth.of(year, Integer.parseInt(parts[0]));
      int week = Integer.parseInt(parts[1]);
      DayOfWeek weekday = DayOfWeek.SUNDAY.plus(Integer.parseInt(parts[2]));
      LocalDate first = month.atDay(1);
      // The fifth is the last one, whichever week that is in.
      return week == 5
          ? first.with(TemporalAdjusters.lastInMonth(weekday))
          : first.with(TemporalAdjusters.dayOfWeekInMonth(week, weekday));
    }
    if (day.startsWith("J")) {
      // 29 February is never counted.
      int number = Integer.parseInt(day.substring(1));
      return Year.of(year).atDay(number > 59 && Year.isLeap(year) ? number + 1 : number);
    }
    return Year.of(year).atDay(1).plusDays(Integer.parseInt(day));
  }

  private static int seconds(String time) {
    String digits = time.replaceFirst("^[+-]", "");
    int seconds = 0;
    int unit = HOUR;
    for (String part : digits.split(":")) {
      seconds += Integer.parseInt(part) * unit;
      unit /= 60;
    }
    return time.startsWith("-") ? -seconds : seconds;
  }
}
