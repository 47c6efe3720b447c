// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.schedule;

import java.time.Instant;
import java.time.LocalDateTime;

/**
 * An instant at which a schedule fires, and the effect of a clock change on it.
 *
 * @param at when it fires
 * @param wall what the expression asked for, on the clock of the schedule's zone; the zone's clock
 *     shows another time at {@code at} only if {@code change} is {@link ClockChange#SKIPPED}
 */
public record Firing(Instant at, LocalDateTime wall, ClockChange change) {

  /** The effect of a clock change in the zone on a firing. */
  public enum ClockChange {
    /** None. */
    NONE,
    /** The wall time does not exist that day; it fires when the skipped time ends. */
    SKIPPED,
    /** The wall time occurs twice that day; it fires the first time only. */
    ONCE,
    /** The wall time occurs twice that day and it fires both times; this is the second. */
    AGAIN
  }
}
