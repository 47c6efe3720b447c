// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.job;

import io.github.camelcrond.crontab.CrontabReader;
import io.github.camelcrond.crontab.ReaderOptions;
import io.github.camelcrond.run.RunId;
import io.github.camelcrond.schedule.Schedule;
import io.github.camelcrond.schedule.SettableClock;
import io.github.camelcrond.trigger.ClockWatch;
import io.github.camelcrond.trigger.ScheduleKey;
import io.github.camelcrond.trigger.ScheduleTrigger;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.quartz.JobKey;
import org.quartz.TriggerKey;

/** A crontab with one schedule, its trigger, and a clock that can be set; Quartz is played. */
final class Simulation {
  final SettableClock clock;
  final JobTable jobs;
  final List<Instant> fired = new ArrayList<>();
  long coalesced;
  private final String key;
  private final Schedule schedule;
  private final ClockWatch watch;
  private ScheduleTrigger trigger;

  Simulation(String crontab, Instant start) {
    clock = new SettableClock(start);
    watch = new ClockWatch(clock, clock::nanos);
    jobs = new JobTable(clock, new RunId(clock), Duration.ofSeconds(60), watch);
    load(crontab);
    schedule = jobs.all().get(0).schedule();
    key = ScheduleKey.of(schedule);
    set(start);
  }

  private void set(Instant after) {
    trigger = new ScheduleTrigger(new TriggerKey("t"), new JobKey("j"), schedule, after, clock);
    trigger.computeFirstFireTime(null);
  }

  private void followClock() {
    boolean back = watch.look().filter(jump -> jump.by().isNegative()).isPresent();
    if (back && watch.heldUntil(schedule).equals(Instant.MIN)) {
      set(clock.instant());
    }
  }

  JobTable.Change load(String crontab) {
    return jobs.replace(
        new CrontabReader(ReaderOptions.of(ZoneOffset.UTC), clock).read(crontab).jobs());
  }

  /** The alarm clock goes off whenever it has to, {@code late} each time, until {@code end}. */
  void runUntil(Instant end, Duration late) {
    followClock();
    while (trigger.mayFireAgain() && !next().plus(late).isAfter(end)) {
      clock.passUntil(next().plus(late));
      fire();
    }
    clock.passUntil(end);
  }

  private void fire() {
    trigger.triggered(null);
    coalesced += trigger.coalesced();
    Instant scheduled = trigger.getPreviousFireTime().toInstant();
    jobs.fire(key, scheduled).stream()
        .filter(run -> !run.missed())
        .forEach(run -> fired.add(run.scheduled()));
  }

  boolean mayFire() {
    return trigger.mayFireAgain();
  }

  /** When the next runs begin; threads need a moment to wake. */
  Instant next() {
    return trigger.due().orElseThrow().plusMillis(2);
  }
}
