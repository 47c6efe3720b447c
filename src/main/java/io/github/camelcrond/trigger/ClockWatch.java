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
 * Detects that the wall clock was set, by comparing it with the monotonic clock. That stands still
 * while the machine is suspended, so waking up is a jump ahead, too.
 *
 * <p>If the clock was set back, this class also knows up to which instant a schedule has already
 * run. Source: cron(8), "if time was adjusted backward, running the same job twice is avoided":
 * cron keeps a virtual clock for jobs at fixed times, up to three hours ahead of the real one,
 * while jobs with a {@code *} in minute or hour follow the real one.
 */
public final class ClockWatch {
  /** The limit of cronie: if the clock is set by more than this, it was wrong before. */
  static final Duration CREDIBLE = Duration.ofHours(3);

  /** Smaller differences are ordinary corrections, for example by NTP. */
  private static final Duration NOTICED = Duration.ofSeconds(1);

  /** The step of cron: after the clock was set back by less than this, no schedule runs again. */
  private static final Duration STEP = Duration.ofMinutes(1);

  private final Clock clock;
  private final LongSupplier nanos;
  private Instant seen;
  private long seenNanos;
  private Optional<Jump> unread = Optional.empty();
  private Optional<Jump> latest = Optional.empty();

  /** The instants that the schedules of each kind had reached when the clock was set back. */
  private Instant fixedTimes = Instant.MIN;

  private Instant wildcards = Instant.MIN;

  /**
   * A change of the wall clock.
   *
   * @param from the time that it would have shown
   * @param to the time that it showed when the change was detected
   */
  public record Jump(Instant from, Instant to) {

    /** By how much the clock was set; negative if it was set back. */
    public Duration by() {
      return Duration.between(from, to);
    }

    /**
     * Whether the change is a correction, by up to three hours; otherwise the clock was wrong
     * before.
     */
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

  /** How the clock was set since the last call; several changes count as one. */
  public synchronized Optional<Jump> look() {
    notice();
    Optional<Jump> found = unread;
    unread = Optional.empty();
    return found;
  }

  /**
   * The instant up to which {@code schedule} has run although the clock shows an earlier time;
   * {@link Instant#MIN} if the schedule follows the clock. A schedule with a single instant
   * ({@code @at}) always follows it, as the job table ensures that it fires once.
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
   * How late a firing for {@code scheduled} is now. If the clock was set ahead past a time of day,
   * its firing is late only since then. Source: cron(8), "jobs which would have run in the time
   * that was skipped will be run immediately".
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
      // Alarms go off early.
      Instant reached = expected.plus(AlarmLead.BY);
      fixedTimes = held(fixedTimes, reached, now, CREDIBLE.plus(AlarmLead.BY));
      wildcards = held(wildcards, reached, now, STEP.plus(AlarmLead.BY));
    }
    return now;
  }

  /**
   * The later of two instants, or {@link Instant#MIN} if that is further ahead of {@code now} than
   * allowed.
   */
  private static Instant held(Instant before, Instant reached, Instant now, Duration allowed) {
    Instant until = before.isAfter(reached) ? before : reached;
    return until.isAfter(now.plus(allowed)) ? Instant.MIN : until;
  }
}
