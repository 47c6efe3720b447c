// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.schedule;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.zone.ZoneOffsetTransition;
import java.util.ArrayList;
import java.util.List;

/** Warns of schedules that may not do what their author intended. */
public final class ScheduleWarnings {
  /** More than the offset of any zone from UTC. */
  private static final Duration DAY = Duration.ofDays(1);

  private static final Duration AHEAD = Duration.ofDays(366);
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm");
  private static final DateTimeFormatter DATE_TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm");

  private ScheduleWarnings() {}

  /**
   * The warnings about a schedule: it never fires or no longer fires, both its day fields are set,
   * or a clock change of the year after {@code from} skips or repeats one of its times. Times of a
   * schedule that fires in every hour are not reported.
   */
  public static List<Warning> of(Schedule schedule, Instant from) {
    if (schedule instanceof AtSchedule && schedule.next(from).isEmpty()) {
      return List.of(
          new Warning(1, "past", "no longer fires: " + schedule.expression() + " is past"));
    }
    if (!(schedule instanceof CronSchedule cron)) {
      return List.of();
    }
    if (cron.fields().never()) {
      return List.of(
          new Warning(1, "never-fires", "never fires: no date matches its day and month fields"));
    }
    if (cron.next(from).isEmpty()) {
      if (pastItsYears(cron, from)) {
        return List.of(new Warning(1, "past", "no longer fires: its years are past"));
      }
      String reason = "zone " + cron.zone() + " skips all of its times";
      return List.of(new Warning(1, "never-fires", "never fires: " + reason));
    }
    List<Warning> warnings = new ArrayList<>(0);
    if (cron.fields().days().bothSet()) {
      warnings.add(new Warning(1, "both-day-fields", daysMeaning(cron.fields().days().both())));
    }
    if (!cron.fields().everyHour()) {
      addClockChanges(cron, from, warnings);
    }
    return warnings;
  }

  private static String daysMeaning(boolean both) {
    String fields = "day of month and day of week are both set: fires on days that match ";
    return fields + (both ? "both, as one of them begins with *" : "either of them");
  }

  /** Reports the first skipped and the first repeated time. */
  private static void addClockChanges(CronSchedule cron, Instant from, List<Warning> warnings) {
    boolean gapTold = false;
    boolean overlapTold = false;
    ZoneOffsetTransition change = cron.zone().getRules().nextTransition(from);
    while (change != null && change.getInstant().isBefore(from.plus(AHEAD))) {
      boolean told = change.isGap() ? gapTold : overlapTold;
      if (!told && touches(cron, change)) {
        warnings.add(new Warning(1, "clock-change", meaning(cron, change)));
        gapTold |= change.isGap();
        overlapTold |= change.isOverlap();
      }
      change = cron.zone().getRules().nextTransition(change.getInstant());
    }
  }

  private static LocalDateTime firstAffected(ZoneOffsetTransition change) {
    return change.isGap() ? change.getDateTimeBefore() : change.getDateTimeAfter();
  }

  private static LocalDateTime endOfAffected(ZoneOffsetTransition change) {
    return change.isGap() ? change.getDateTimeAfter() : change.getDateTimeBefore();
  }

  private static boolean touches(CronSchedule cron, ZoneOffsetTransition change) {
    return firstIn(cron, change) < endOfAffected(change).toEpochSecond(ZoneOffset.UTC);
  }

  private static long firstIn(CronSchedule cron, ZoneOffsetTransition change) {
    return cron.fields().next(firstAffected(change).toEpochSecond(ZoneOffset.UTC));
  }

  private static boolean pastItsYears(CronSchedule cron, Instant from) {
    return cron.fields().next(from.plus(DAY).getEpochSecond()) == CronFields.NEVER;
  }

  private static String meaning(CronSchedule cron, ZoneOffsetTransition change) {
    String time = CronSchedule.wallTime(firstIn(cron, change)).format(DATE_TIME);
    String end = endOfAffected(change).format(TIME);
    boolean fixed = cron.fields().fixed();
    if (change.isGap()) {
      String what = fixed ? "fires at " + end + " instead" : "does not fire then";
      return time + " is skipped in zone " + cron.zone() + ", " + what;
    }
    String what = fixed ? "fires the first time only" : "fires both times";
    return time + " occurs twice in zone " + cron.zone() + ", " + what;
  }
}
