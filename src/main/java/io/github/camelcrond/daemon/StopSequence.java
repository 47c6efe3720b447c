// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.daemon;

import io.github.camelcrond.job.Endings;
import io.github.camelcrond.job.Gate;
import io.github.camelcrond.job.Pause;
import io.github.camelcrond.job.RunEnd;
import io.github.camelcrond.job.Runs;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends the jobs: no new run at once, time for those that run, then TERM, then KILL. */
public final class StopSequence {
  private static final Logger LOG = LoggerFactory.getLogger("crond.daemon");
  private static final String REASON = RunEnd.DAEMON_STOPS;

  /** From KILL to the record: the system ends processes at once, but what they printed is read. */
  private static final Duration KILLED = Duration.ofSeconds(2);

  /** From TERM to KILL when somebody is in a hurry. */
  private static final Duration HURRIED = Duration.ofSeconds(1);

  private static final long LOOK_MILLIS = 20;

  private final Runs runs;
  private final Endings endings;
  private final List<Gate> gates;
  private final List<Pause> pauses;
  private final Duration grace;
  private final Semaphore hurries = new Semaphore(0);
  private volatile boolean hurried;

  /**
   * @param gates at which runs wait
   * @param pauses at which runs wait
   * @param grace how long running jobs may go on
   */
  StopSequence(Runs runs, Endings endings, List<Gate> gates, List<Pause> pauses, Duration grace) {
    this.runs = runs;
    this.endings = endings;
    this.gates = gates;
    this.pauses = pauses;
    this.grace = grace;
  }

  /**
   * Ends what is waited for: the first time the grace of running jobs, which then have one second
   * until KILL, the next time that second, too.
   */
  void hurry() {
    hurried = true;
    hurries.release();
  }

  void run(Scheduler scheduler) throws InterruptedException {
    try {
      scheduler.standby();
    } catch (SchedulerException e) {
      LOG.warn("the alarm clock does not stop reason={}", e.getMessage());
    }
    runs.close(REASON);
    gates.forEach(g -> g.close(REASON));
    pauses.forEach(Pause::close);
    if (!waitForRuns(grace)) {
      LOG.atWarn().addKeyValue("runs", runs.all().size()).log("runs are cut off");
      runs.all().forEach(p -> p.interrupt(REASON));
      waitForRuns(hurried && killAfter().compareTo(HURRIED) > 0 ? HURRIED : killAfter());
    }
    // Not only of runs that last: the leader of a group may have ended, and others in it not.
    endings.killNow();
    if (!waitForRuns(KILLED)) {
      runs.abandon(REASON);
    }
  }

  /** How long it may take: grace, time to KILL, and what follows that. */
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
