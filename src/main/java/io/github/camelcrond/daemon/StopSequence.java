// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.daemon;

import io.github.camelcrond.run.BackgroundProcesses;
import io.github.camelcrond.run.RunEnd;
import io.github.camelcrond.run.RunTerminator;
import io.github.camelcrond.run.Runs;
import io.github.camelcrond.run.WaitStep;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stops the jobs: starts no further runs, waits for those in progress, then sends TERM, then KILL.
 */
public final class StopSequence {
  private static final Logger LOG = LoggerFactory.getLogger("crond.daemon");
  private static final String REASON = RunEnd.DAEMON_STOPS;

  /** How long to wait from KILL to the record, so that remaining output is read. */
  private static final Duration KILLED = Duration.ofSeconds(2);

  /** The time from TERM to KILL after a second signal. */
  private static final Duration HURRIED = Duration.ofSeconds(1);

  private static final long LOOK_MILLIS = 20;

  private final Runs runs;
  private final RunTerminator terminator;
  private final List<WaitStep> waits;
  private final Duration grace;
  private final BackgroundProcesses background;
  private final Semaphore hurries = new Semaphore(0);
  private volatile boolean hurried;

  /**
   * @param waits the steps at which runs wait
   * @param grace how long running jobs may continue
   * @param background processes that ended runs have left
   */
  StopSequence(
      Runs runs,
      RunTerminator terminator,
      List<WaitStep> waits,
      Duration grace,
      BackgroundProcesses background) {
    this.runs = runs;
    this.terminator = terminator;
    this.waits = waits;
    this.grace = grace;
    this.background = background;
  }

  /**
   * Cuts the present wait short: the first time the grace of running jobs, which then have one
   * second until KILL, the next time that second, too.
   */
  void hurry() {
    hurried = true;
    hurries.release();
  }

  void run(Scheduler scheduler) throws InterruptedException {
    try {
      scheduler.standby();
    } catch (SchedulerException e) {
      LOG.atWarn().addKeyValue("reason", e.getMessage()).log("Quartz did not stop");
    }
    runs.close(REASON);
    waits.forEach(step -> step.close(REASON));
    if (!waitForRuns(grace)) {
      LOG.atWarn().addKeyValue("runs", runs.all().size()).log("runs interrupted by the stop");
      runs.all().forEach(p -> p.interrupt(REASON));
      waitForRuns(hurried && killAfter().compareTo(HURRIED) > 0 ? HURRIED : killAfter());
    }
    background.end(HURRIED);
    // Also for runs that have ended: other processes of their groups may still run.
    terminator.killNow();
    if (!waitForRuns(KILLED)) {
      runs.abandon(REASON);
    }
  }

  /** The longest duration: grace, time from TERM to KILL, and the time after that. */
  Duration longest() {
    return grace.plus(killAfter()).plus(KILLED);
  }

  private Duration killAfter() {
    return runs.all().stream()
        .map(p -> p.run().job().policies().killAfter())
        .max(Comparator.naturalOrder())
        .orElse(Duration.ZERO);
  }

  /** Whether all runs have ended within {@code time}. */
  private boolean waitForRuns(Duration time) throws InterruptedException {
    long end = System.nanoTime() + time.toNanos();
    while (!runs.all().isEmpty() && System.nanoTime() < end) {
      if (hurries.tryAcquire(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
        break;
      }
    }
    return runs.all().isEmpty();
  }
}
