// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.run;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Delayed;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** A timer whose time passes when the test says so, on the test's thread. */
public final class HandTimer extends ScheduledThreadPoolExecutor {
  private final List<Alarm> alarms = new ArrayList<>();
  private long now;

  /** No time has passed. */
  public HandTimer() {
    super(0);
  }

  /** Lets {@code time} pass: what is due is done, in its order. */
  public void pass(Duration time) {
    now += time.toNanos();
    List<Alarm> due = alarms.stream().filter(a -> a.at <= now).sorted().toList();
    alarms.removeAll(due);
    due.forEach(Alarm::run);
  }

  /** How much time has passed, in nanoseconds. */
  public long nanos() {
    return now;
  }

  /** How much is still to come. */
  public long waiting() {
    return alarms.stream().filter(a -> !a.isDone()).count();
  }

  @Override
  public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
    Alarm alarm = new Alarm(command, now + unit.toNanos(delay));
    alarms.add(alarm);
    return alarm;
  }

  private final class Alarm extends FutureTask<Object> implements ScheduledFuture<Object> {
    private final long at;

    Alarm(Runnable command, long at) {
      super(command, "done");
      this.at = at;
    }

    @Override
    public long getDelay(TimeUnit unit) {
      return unit.convert(at - now, TimeUnit.NANOSECONDS);
    }

    @Override
    public int compareTo(Delayed other) {
      return Comparator.<Delayed>comparingLong(d -> d.getDelay(TimeUnit.NANOSECONDS))
          .compare(this, other);
    }
  }
}
