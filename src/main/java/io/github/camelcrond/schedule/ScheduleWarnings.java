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
      return List.of(new Warning(1, "no longer fires: " + schedule.expression() + " is past"));
    }
    if (!(schedule instanceof CronSchedule cron)) {
      return List.of();
    }
    if (cron.minutes().never()) {
      return List.of(new Warning(1, "never fires: no date matches its day and month fields"));
    }
    if (cron.next(from).isEmpty()) {
      String reason = "zone " + cron.zone() + " skips all of its times";
      return List.of(new Warning(1, "never fires: " + reason));
    }
    List<Warning> warnings = new ArrayList<>(0);
    if (cron.minutes().days().bothSet()) {
      warnings.add(new Warning(1, daysMeaning(cron.minutes().days().both())));
    }
    if (!cron.minutes().everyHour()) {
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
        warnings.add(new Warning(1, meaning(cron, change)));
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
    return firstIn(cron, change).isBefore(endOfAffected(change));
  }

  private static LocalDateTime firstIn(CronSchedule cron, ZoneOffsetTransition change) {
    long first = firstAffected(change).toEpochSecond(ZoneOffset.UTC);
    return CronSchedule.wallTime(cron.minutes().next(first));
  }

  private static String meaning(CronSchedule cron, ZoneOffsetTransition change) {
    String time = firstIn(cron, change).format(DATE_TIME);
    String end = endOfAffected(change).format(TIME);
    boolean fixed = cron.minutes().fixed();
    if (change.isGap()) {
      String what = fixed ? "fires at " + end + " instead" : "does not fire then";
      return time + " is skipped in zone " + cron.zone() + ", " + what;
    }
    String what = fixed ? "fires the first time only" : "fires both times";
    return time + " occurs twice in zone " + cron.zone() + ", " + what;
  }
}
