// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.schedule;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Locale;
import java.util.Optional;

/**
 * {@code @at 2026-12-24T18:00}: fires once.
 *
 * <p>A time without offset is read in the schedule's zone by the rule of {@link
 * java.time.ZonedDateTime#ofLocal}: skipped time is moved later by the length of the gap, of time
 * that comes twice the first is taken.
 *
 * @param at when it fires, a whole second
 * @param expression as written, with {@code T} and {@code Z} in upper case
 */
public record AtSchedule(Instant at, ZoneId zone, String expression) implements Schedule {
  /** The year has four digits, which is well within the range of alarms. */
  private static final Instant FIRST = Instant.parse("0000-01-01T00:00:00Z");

  private static final Instant LAST = Instant.parse("9999-12-31T23:59:59Z");
  private static final String ALLOWED =
      "use a date and time such as 2026-12-24T18:00 or 2026-12-24T18:00:00+01:00";

  /**
   * Reads the time.
   *
   * @param column of the text in its expression, from 1
   */
  static AtSchedule parse(String text, int column, ZoneId zone) throws ScheduleException {
    String upper = text.toUpperCase(Locale.ROOT);
    Instant at;
    try {
      at = WallTime.parse(upper, zone);
    } catch (DateTimeException notATime) {
      throw new ScheduleException(column, "@at " + text + " is not a time, " + ALLOWED);
    }
    if (at.getNano() != 0) {
      throw new ScheduleException(column, "@at " + text + " is not a whole second, " + ALLOWED);
    }
    if (at.isBefore(FIRST) || at.isAfter(LAST)) {
      throw new ScheduleException(
          column, "@at " + text + " is out of range, use " + FIRST + " to " + LAST);
    }
    return new AtSchedule(at, zone, "@at " + upper);
  }

  @Override
  public boolean timeOfDay() {
    return true;
  }

  @Override
  public Optional<Instant> next(Instant after) {
    return at.isAfter(after) ? Optional.of(at) : Optional.empty();
  }
}
