// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.schedule;

import io.github.camelcrond.config.Durations;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Locale;
import java.util.Optional;

/**
 * {@code @every 1h30m}: fires at 1970-01-01T00:00Z and each period after that, at the same instants
 * on every machine.
 *
 * @param period 1 second to 36,500 days, whole seconds
 * @param zone in which instants are shown
 * @param expression as written, in lower case
 */
public record EverySchedule(Duration period, ZoneId zone, String expression) implements Schedule {
  private static final Duration LONGEST = Duration.ofDays(36_500);
  private static final String ALLOWED = "use whole days, hours, minutes and seconds, such as 1h30m";

  /**
   * Parses the period.
   *
   * @param column column of {@code text} in the expression, from 1
   * @throws ScheduleException if it is invalid
   */
  static EverySchedule parse(String text, int column, ZoneId zone) throws ScheduleException {
    String lower = text.toLowerCase(Locale.ROOT);
    Duration period =
        Durations.parse(lower)
            .filter(whole -> !lower.endsWith("ms"))
            .orElseThrow(
                () ->
                    new ScheduleException(
                        column, "@every " + text + " is not a period, " + ALLOWED));
    if (period.isZero() || period.compareTo(LONGEST) > 0) {
      throw new ScheduleException(column, "@every " + text + " is out of range, use 1s to 36500d");
    }
    return new EverySchedule(period, zone, "@every " + lower);
  }

  @Override
  public Optional<Instant> next(Instant after) {
    long seconds = period.toSeconds();
    long next = (Math.floorDiv(after.getEpochSecond(), seconds) + 1) * seconds;
    try {
      return Optional.of(Instant.ofEpochSecond(next));
    } catch (DateTimeException beyondTheCalendar) {
      return Optional.empty();
    }
  }
}
