// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.schedule;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** A wall clock that can be set, and the clock of nanoseconds beside it that cannot. */
public final class SettableClock extends Clock {
  private volatile Instant now;
  private volatile long nanos;

  /** Shows {@code now}, and stands still. */
  public SettableClock(Instant now) {
    this.now = now;
  }

  /** Lets time pass. */
  public void pass(Duration time) {
    now = now.plus(time);
    nanos += time.toNanos();
  }

  /** Lets time pass until {@code instant}, if it is not reached yet. */
  public void passUntil(Instant instant) {
    if (instant.isAfter(now)) {
      pass(Duration.between(now, instant));
    }
  }

  /** Sets the wall clock by {@code time} ahead, or back if that is negative. */
  public void set(Duration time) {
    now = now.plus(time);
  }

  /** The clock that cannot be set. */
  public long nanos() {
    return nanos;
  }

  @Override
  public Instant instant() {
    return now;
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    return this;
  }
}
