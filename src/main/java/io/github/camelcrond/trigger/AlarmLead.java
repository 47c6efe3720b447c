// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.trigger;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.LockSupport;

/**
 * How much earlier than its instant a firing is handled, so that at the instant only the work
 * remains that cannot be done earlier.
 */
public final class AlarmLead {
  /**
   * Enough to get as far as the start of a process, also for the first run, and by way of a worker.
   */
  public static final Duration BY = Duration.ofMillis(30);

  private AlarmLead() {}

  /**
   * Waits for {@code instant}. If that is more than {@link #BY} ahead, it counts as reached: this
   * clock was set back, or is behind that of another machine. An interrupt ends the wait.
   */
  public static void await(Clock clock, Instant instant) {
    Duration ahead = Duration.between(clock.instant(), instant);
    long left = ahead.compareTo(BY) > 0 ? 0 : ahead.toNanos();
    long end = System.nanoTime() + BY.toNanos();
    while (left > 0 && System.nanoTime() < end && !Thread.currentThread().isInterrupted()) {
      LockSupport.parkNanos(Math.min(left, BY.toNanos()));
      left = Duration.between(clock.instant(), instant).toNanos();
    }
  }
}
