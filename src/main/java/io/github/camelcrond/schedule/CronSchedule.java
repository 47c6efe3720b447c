// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.schedule;

import static io.github.camelcrond.schedule.Firing.ClockChange.AGAIN;
import static io.github.camelcrond.schedule.Firing.ClockChange.NONE;
import static io.github.camelcrond.schedule.Firing.ClockChange.ONCE;
import static io.github.camelcrond.schedule.Firing.ClockChange.SKIPPED;

import io.github.camelcrond.schedule.WallClock.Stretch;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.util.Optional;

/**
 * The fields of a crontab line: five, or six with the second in front, or seven with the year at
 * the end.
 *
 * <p>A wall-clock minute counts where its second 0 stands, or the seconds that are asked for. Clock
 * changes of any length, be it half an hour or a day: if none of second, minute and hour begins
 * with {@code *}, what is skipped fires once when the skipped time ends, and what comes twice fires
 * the first time; else the wall clock is followed as it runs. Source: cron(8) and cronie's main
 * loop, which keeps a virtual clock for the same end (but gives up on changes above three hours).
 */
public final class CronSchedule implements Schedule {
  private static final long MAX_OFFSET = ZoneOffset.MAX.getTotalSeconds();

  /** The calendar of java.time ends in the year 999,999,999; the last 900 years are not used. */
  private static final long LAST_SECOND =
      LocalDateTime.of(999_999_100, 1, 1, 0, 0).toEpochSecond(ZoneOffset.UTC);

  private static final long FIRST_SECOND = -LAST_SECOND;

  /** The Gregorian calendar repeats after 400 years, which are whole weeks; so do zone rules. */
  private static final long CALENDAR_CYCLE = 146_097L * 86_400;

  private final CronFields fields;
  private final ZoneId zone;
  private final WallClock clock;
  private final String expression;

  /** A search from this second on has found no firing; most schedules never have one. */
  private volatile long exhausted = Long.MAX_VALUE;

  CronSchedule(CronFields fields, ZoneId zone, String expression) {
    this.fields = fields;
    this.zone = zone;
    this.clock = WallClock.of(zone);
    this.expression = expression;
  }

  @Override
  public Optional<Instant> next(Instant after) {
    long from = Math.max(FIRST_SECOND, after.getEpochSecond() + 1);
    if (fields.never() || from > LAST_SECOND || from >= exhausted) {
      return Optional.empty();
    }
    long start = from;
    long end = Math.max(from, clock.regularFrom()) + CALENDAR_CYCLE + 2 * MAX_OFFSET;
    while (from <= end) {
      Stretch stretch = clock.at(from);
      if (from == stretch.start() && firesAfterGap(stretch)) {
        return Optional.of(Instant.ofEpochSecond(from));
      }
      long wall = fields.next(earliest(stretch, from));
      if (wall < stretch.wallEnd()) {
        return Optional.of(Instant.ofEpochSecond(wall - stretch.offset()));
      }
      from = later(stretch, from, wall);
    }
    exhausted = start;
    return Optional.empty();
  }

  /**
   * The second from which to search further if the stretch ends before the wall clock shows {@code
   * wall}. Times that it showed before {@code from} can return within two offsets; after that,
   * nothing fires until it can show {@code wall}.
   */
  private static long later(Stretch stretch, long from, long wall) {
    boolean canComeBack = stretch.end() <= from + 2 * MAX_OFFSET;
    return canComeBack ? stretch.end() : Math.max(stretch.end(), wall - MAX_OFFSET);
  }

  /**
   * The wall time at {@code from}; for fixed times, no time that the wall clock has shown before.
   */
  private long earliest(Stretch stretch, long from) {
    long wall = from + stretch.offset();
    return fields.fixed() ? Math.max(wall, stretch.shown()) : wall;
  }

  private boolean firesAfterGap(Stretch stretch) {
    return fields.fixed()
        && stretch.afterGap()
        && fields.next(stretch.shown()) < stretch.wallStart();
  }

  @Override
  public Optional<Firing> nextFiring(Instant after) {
    return next(after).map(this::firing);
  }

  private Firing firing(Instant at) {
    Stretch stretch = clock.at(at.getEpochSecond());
    LocalDateTime wall = LocalDateTime.ofInstant(at, zone);
    if (at.getEpochSecond() == stretch.start() && firesAfterGap(stretch)) {
      return new Firing(at, wallTime(fields.next(stretch.shown())), SKIPPED);
    }
    ZoneOffsetTransition change = zone.getRules().getTransition(wall);
    if (change == null || change.isGap()) {
      return new Firing(at, wall, NONE);
    }
    if (fields.fixed()) {
      return new Firing(at, wall, ONCE);
    }
    return new Firing(at, wall, at.isBefore(change.getInstant()) ? NONE : AGAIN);
  }

  @Override
  public boolean timeOfDay() {
    return fields.fixed();
  }

  /** The fields without their zone. */
  CronFields fields() {
    return fields;
  }

  static LocalDateTime wallTime(long second) {
    return LocalDateTime.ofEpochSecond(second, 0, ZoneOffset.UTC);
  }

  @Override
  public ZoneId zone() {
    return zone;
  }

  @Override
  public String expression() {
    return expression;
  }

  /** Whether the other fires at the same instants by expression and zone. */
  @Override
  public boolean equals(Object other) {
    return other instanceof CronSchedule cron
        && expression.equals(cron.expression)
        && zone.equals(cron.zone);
  }

  @Override
  public int hashCode() {
    return 31 * expression.hashCode() + zone.hashCode();
  }

  @Override
  public String toString() {
    return expression + " " + zone;
  }
}
