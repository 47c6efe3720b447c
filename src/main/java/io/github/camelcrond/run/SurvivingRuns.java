// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.run;

import io.github.camelcrond.camel.CalledByRoute;
import io.github.camelcrond.process.RunningProcess;
import io.github.camelcrond.process.SurvivingGroup;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs of an earlier daemon whose process groups are still alive. Each occupies the place of its
 * job at the gate of {@code CRON_OVERLAP} until its group has ended.
 */
public final class SurvivingRuns {
  private static final Logger LOG = LoggerFactory.getLogger("crond.run");
  private static final long LOOK_MILLIS = 500;

  private final RunJournal journal;
  private final Gate overlap;
  private final RunTerminator terminator;
  private final ScheduledExecutorService timer;
  private final Map<Long, JournalEvent.Started> byGroup = new HashMap<>();

  /**
   * @param journal lists the survivors, after its recovery
   * @param terminator ends survivors that a new run replaces
   * @param timer periodically checks which survivors have ended
   */
  public SurvivingRuns(
      RunJournal journal, Gate overlap, RunTerminator terminator, ScheduledExecutorService timer) {
    this.journal = journal;
    this.overlap = overlap;
    this.terminator = terminator;
    this.timer = timer;
  }

  /** Occupies a place at the gate for each survivor. Must be called before any run begins. */
  @CalledByRoute
  public synchronized void holdPlaces() {
    for (JournalEvent.Started run : journal.survivors()) {
      RunningProcess group = new SurvivingGroup(run.pid());
      byGroup.put(run.pid(), run);
      overlap.hold(
          run.job(), run.run(), by -> terminator.end(group, by.job().policies().killAfter()));
    }
    lookAgain();
  }

  private void lookAgain() {
    if (!byGroup.isEmpty()) {
      timer.schedule(this::look, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private synchronized void look() {
    try {
      Set<Long> living = ProcessGroups.living(byGroup.keySet());
      byGroup
          .entrySet()
          .removeIf(entry -> !living.contains(entry.getKey()) && ended(entry.getValue()));
    } catch (UncheckedIOException e) {
      LOG.atDebug().addKeyValue("reason", e.getMessage()).log("cannot read /proc, retrying");
    }
    lookAgain();
  }

  private boolean ended(JournalEvent.Started run) {
    LOG.atInfo()
        .addKeyValue("job", run.job())
        .addKeyValue("run", run.run())
        .addKeyValue("group", run.pid())
        .log("run of an earlier daemon ended");
    terminator.forget(new SurvivingGroup(run.pid()));
    overlap.release(run.job(), run.run());
    return true;
  }
}
