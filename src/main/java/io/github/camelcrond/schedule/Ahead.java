// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.schedule;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.LockSupport;

/**
 * How much earlier than its instant a firing is dealt with, so that nothing is left to do when the
 * instant comes but what cannot be done before.
 */
public final class Ahead {
  /** What the way to a process takes on this machine, above all the first time. */
  public static final Duration HERE = Duration.ofMillis(25);

  /** What the way to a worker and its process takes. */
  public static final Duration THERE = Duration.ofMillis(30);

  private Ahead() {}

  /**
   * Waits for {@code instant}. One that is more than {@link #THERE} ahead counts as reached: this
   * clock was set back, or is behind another machine's. An interrupt ends the wait.
   */
  public static void await(Clock clock, Instant instant) {
    Duration ahead = Duration.between(clock.instant(), instant);
    long left = ahead.compareTo(THERE) > 0 ? 0 : ahead.toNanos();
    long end = System.nanoTime() + THERE.toNanos();
    while (left > 0 && System.nanoTime() < end && !Thread.currentThread().isInterrupted()) {
      LockSupport.parkNanos(Math.min(left, THERE.toNanos()));
      left = Duration.between(clock.instant(), instant).toNanos();
    }
  }
}
