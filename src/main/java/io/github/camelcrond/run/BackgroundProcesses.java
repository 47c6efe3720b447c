// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.run;

import io.github.camelcrond.process.RunningProcess;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Processes that ended runs have left in the background ({@code prog &}), for as long as they hold
 * their output open. They live on, as under cron(8); {@code CRON_TIMEOUT} and a stop of the daemon
 * end them.
 */
public final class BackgroundProcesses {
  private static final Logger LOG = LoggerFactory.getLogger("crond.run");

  private final RunTerminator terminator;
  private final Map<RunningProcess, Run> left = new ConcurrentHashMap<>();

  /**
   * @param terminator ends process groups
   */
  public BackgroundProcesses(RunTerminator terminator) {
    this.terminator = terminator;
  }

  /** Adds the processes that {@code process} of the ended {@code run} has left. */
  void add(RunningProcess process, Run run) {
    left.put(process, run);
    process.drained().whenComplete((nothing, failure) -> left.remove(process));
  }

  /** Ends the processes that {@code process} has left, because of {@code CRON_TIMEOUT}. */
  void timeOut(RunningProcess process) {
    Run run = left.get(process);
    if (run != null) {
      LOG.atWarn()
          .addKeyValue("job", run.job().id())
          .addKeyValue("run", run.id())
          .addKeyValue("reason", "ended by CRON_TIMEOUT")
          .log("processes in the background end");
      terminator.end(process, run.job().policies().killAfter());
    }
  }

  /** Sends TERM to all, and waits until they have ended, for {@code time} at most. */
  public void end(Duration time) throws InterruptedException {
    left.keySet().forEach(process -> terminator.end(process, time));
    CompletableFuture<?>[] ends =
        left.keySet().stream().map(RunningProcess::drained).toArray(CompletableFuture<?>[]::new);
    try {
      CompletableFuture.allOf(ends).get(time.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      // The pending KILL ends them.
    }
  }
}
