// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.trigger;

import io.github.camelcrond.schedule.AtSchedule;
import io.github.camelcrond.schedule.Schedule;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Notices that the wall clock was set, by comparing it with a clock that cannot be: the one that
 * counts nanoseconds. That one stands still while the machine is suspended, so waking up is a jump
 * ahead, too.
 *
 * <p>It also knows up to which instant a schedule has run already although the clock, which was set
 * back, shows less. Source: cron(8), "if time was adjusted backward, running the same job twice is
 * avoided"; it keeps a virtual clock for jobs at fixed times, up to three hours ahead of the real
 * one, while jobs with a {@code *} in minute or hour follow the real one.
 */
public final class ClockWatch {
  /** Cronie's limit: a clock that is set further was wrong before. */
  static final Duration CREDIBLE = Duration.ofHours(3);

  /** Smaller differences are ordinary corrections, for example by NTP. */
  private static final Duration NOTICED = Duration.ofSeconds(1);

  /** Cron's step: no schedule runs again because of a correction back by less than this. */
  private static final Duration STEP = Duration.ofMinutes(1);

  private final Clock clock;
  private final LongSupplier nanos;
  private Instant seen;
  private long seenNanos;
  private Optional<Jump> unread = Optional.empty();
  private Optional<Jump> latest = Optional.empty();

  /** The instants that schedules of each kind had reached before the clock was set back. */
  private Instant fixedTimes = Instant.MIN;

  private Instant wildcards = Instant.MIN;

  /**
   * The wall clock was set.
   *
   * @param from what it would have shown
   * @param to the time it showed when the change was noticed
   */
  public record Jump(Instant from, Instant to) {

    /** How far the clock was set, negative if it was set back. */
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
   * @param nanos a clock that cannot be set, such as {@link System#nanoTime}
   */
  public ClockWatch(Clock clock, LongSupplier nanos) {
    this.clock = clock;
    this.nanos = nanos;
    this.seen = clock.instant();
    this.seenNanos = nanos.getAsLong();
  }

  /** How the clock was set since the last call; several times count as one. */
  public synchronized Optional<Jump> look() {
    notice();
    Optional<Jump> found = unread;
    unread = Optional.empty();
    return found;
  }

  /**
   * The instant up to which {@code schedule} has run although the clock shows less; {@link
   * Instant#MIN} if the schedule follows the clock. A single instant ({@code @at}) always does:
   * that it runs once is known by its job.
   */
  public synchronized Instant heldUntil(Schedule schedule) {
    Instant now = notice();
    if (schedule instanceof AtSchedule) {
      return Instant.MIN;
    }
    Instant until = schedule.timeOfDay() ? fixedTimes : wildcards;
    return until.isAfter(now) ? until : Instant.MIN;
  }

  /** The instant at which {@code schedule} runs next; empty if it never does. */
  public Optional<Instant> next(Schedule schedule) {
    Instant held = heldUntil(schedule);
    return schedule.next(held.equals(Instant.MIN) ? clock.instant() : held);
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
      // Alarms go off ahead of their instants.
      Instant reached = expected.plus(AlarmLead.BY);
      fixedTimes = held(fixedTimes, reached, now, CREDIBLE.plus(AlarmLead.BY));
      wildcards = held(wildcards, reached, now, STEP.plus(AlarmLead.BY));
    }
    return now;
  }

  /** The later of two instants; but none if that is further ahead of {@code now} than allowed. */
  private static Instant held(Instant before, Instant reached, Instant now, Duration allowed) {
    Instant until = before.isAfter(reached) ? before : reached;
    return until.isAfter(now.plus(allowed)) ? Instant.MIN : until;
  }
}
