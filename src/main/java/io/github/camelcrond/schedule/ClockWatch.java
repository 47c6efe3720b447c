// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.schedule;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Notices that the wall clock was set, by a clock that cannot be: the one that counts nanoseconds.
 * That one stands still while the machine is suspended, so waking up is a jump ahead, too.
 */
public final class ClockWatch {
  /** Cronie's limit: a clock that is set further was wrong before. */
  static final Duration CREDIBLE = Duration.ofHours(3);

  /** Less is a clock that is being kept right. */
  private static final Duration NOTICED = Duration.ofSeconds(1);

  private final Clock clock;
  private final LongSupplier nanos;
  private Instant seen;
  private long seenNanos;
  private Optional<Jump> unread = Optional.empty();
  private Optional<Jump> latest = Optional.empty();

  /**
   * The wall clock was set.
   *
   * @param from what it would have shown
   * @param to what it showed when that was noticed
   */
  public record Jump(Instant from, Instant to) {

    /** How far, negative if the clock was set back. */
    public Duration by() {
      return Duration.between(from, to);
    }

    /** Whether it is a correction, by up to three hours; else the clock was wrong before. */
    public boolean credible() {
      return by().abs().compareTo(CREDIBLE) <= 0;
    }

    private boolean skipped(Instant instant) {
      return instant.isAfter(from) && !instant.isAfter(to);
    }
  }

  /**
   * @param nanos a clock that nobody sets, such as {@link System#nanoTime}
   */
  public ClockWatch(Clock clock, LongSupplier nanos) {
    this.clock = clock;
    this.nanos = nanos;
    this.seen = clock.instant();
    this.seenNanos = nanos.getAsLong();
  }

  /** How the clock was set since this was asked last; several times count as one. */
  public synchronized Optional<Jump> look() {
    notice();
    Optional<Jump> found = unread;
    unread = Optional.empty();
    return found;
  }

  /**
   * How late it is for {@code scheduled}. A time of day that a correction ahead has skipped is late
   * since the correction. Source: cron(8), "jobs which would have run in the time that was skipped
   * will be run immediately".
   */
  public synchronized Duration late(Schedule schedule, Instant scheduled) {
    Instant now = notice();
    Instant since =
        latest
            .filter(jump -> schedule.timeOfDay() && jump.credible() && jump.skipped(scheduled))
            .map(Jump::to)
            .orElse(scheduled);
    return Duration.between(since, now);
  }

  private Instant notice() {
    Instant now = clock.instant();
    long nanosNow = nanos.getAsLong();
    Instant expected = seen.plusNanos(nanosNow - seenNanos);
    seen = now;
    seenNanos = nanosNow;
    if (Duration.between(expected, now).abs().compareTo(NOTICED) >= 0) {
      Jump jump = new Jump(expected, now);
      latest = Optional.of(jump);
      unread = Optional.of(unread.map(u -> new Jump(u.from(), now)).orElse(jump));
    }
    return now;
  }
}
