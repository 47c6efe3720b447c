// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.trigger;

import io.github.camelcrond.schedule.Schedule;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The firings of a schedule that have passed since a given one, and the next.
 *
 * @param last the last instant that has passed
 * @param before number of earlier instants that have passed, counted up to a limit
 * @param next the first instant that has not passed; empty if there is none
 */
public record PassedFirings(Instant last, int before, Optional<Instant> next) {

  /**
   * The firings that have passed at {@code now}, from {@code first} on, which is an instant of the
   * schedule.
   *
   * @param counted how many to count before the last one; if there are more, the last one is
   *     searched for without visiting each of them
   */
  public static PassedFirings since(Instant first, Schedule schedule, Instant now, int counted) {
    Instant last = first;
    int before = 0;
    Optional<Instant> next = schedule.next(first);
    while (next.isPresent() && !next.get().isAfter(now)) {
      last = before < counted ? next.get() : lastUpTo(now, next.get(), schedule);
      before = Math.min(counted, before + 1);
      next = schedule.next(last);
    }
    return new PassedFirings(last, before, next);
  }

  /**
   * The last instant of the schedule after {@code after} and not after {@code now}; empty if there
   * is none.
   */
  public static Optional<Instant> last(Schedule schedule, Instant after, Instant now) {
    return schedule
        .next(after)
        .filter(first -> !first.isAfter(now))
        .map(first -> lastUpTo(now, first, schedule));
  }

  /** Searches back, each time twice as far, then walks forward from there. */
  private static Instant lastUpTo(Instant now, Instant known, Schedule schedule) {
    Duration back = Duration.ofSeconds(1);
    Instant from = now.minus(back);
    while (from.isAfter(known) && schedule.next(from).filter(i -> !i.isAfter(now)).isEmpty()) {
      back = back.multipliedBy(2);
      from = now.minus(back);
    }
    Instant last = known;
    Optional<Instant> next = schedule.next(from.isAfter(known) ? from : known);
    while (next.isPresent() && !next.get().isAfter(now)) {
      last = next.get();
      next = schedule.next(last);
    }
    return last;
  }
}
