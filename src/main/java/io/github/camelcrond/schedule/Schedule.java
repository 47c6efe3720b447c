// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.schedule;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/**
 * When a job fires. Immutable, free of Camel and Quartz. Source: crontab(5).
 *
 * <p>Two schedules with the same {@link #expression()} and {@link #zone()} fire at the same
 * instants.
 */
public interface Schedule {

  /** The first instant strictly after {@code after}; empty if the schedule never fires again. */
  Optional<Instant> next(Instant after);

  /** The zone in which the expression is evaluated. */
  ZoneId zone();

  /**
   * The expression in lower case (except for the T and Z of {@code @at}), single-spaced, with
   * {@code a~b} replaced by the random value.
   */
  String expression();

  /** Expression and zone as one string, the same for schedules that fire at the same instants. */
  default String identity() {
    return expression() + '\0' + zone();
  }

  /** {@code at} in the zone of the schedule, as in {@code 2026-03-29T03:00:00+02:00}. */
  default String format(Instant at) {
    return DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(at.atZone(zone()));
  }

  /**
   * Whether the schedule names times of day, so that a firing that a clock change skips is made up
   * for; otherwise it follows the clock.
   */
  default boolean timeOfDay() {
    return false;
  }

  /** The same instant as {@link #next}, with the effect of a clock change on it. */
  default Optional<Firing> nextFiring(Instant after) {
    return next(after)
        .map(at -> new Firing(at, LocalDateTime.ofInstant(at, zone()), Firing.ClockChange.NONE));
  }
}
