// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.run;

import io.github.camelcrond.process.RunningProcess;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/**
 * Ends runs early: their process groups get TERM, later KILL; runs that wait at a step of a route
 * stop waiting.
 */
public final class RunTerminator {
  private final ScheduledExecutorService timer;
  private final Map<RunningProcess, ScheduledFuture<?>> pendingKills = new ConcurrentHashMap<>();
  private final List<BiConsumer<Run, String>> waits = new CopyOnWriteArrayList<>();

  /**
   * @param timer runs the delayed KILL
   */
  public RunTerminator(ScheduledExecutorService timer) {
    this.timer = timer;
  }

  /**
   * Adds a step at which runs wait.
   *
   * @param dismiss ends the wait of a run there for the given reason, if it waits there
   */
  public void waitsAt(BiConsumer<Run, String> dismiss) {
    waits.add(dismiss);
  }

  /** Ends the wait of {@code run} at any step, because of {@code why}. */
  void dismiss(Run run, String why) {
    waits.forEach(wait -> wait.accept(run, why));
  }

  /**
   * Sends TERM to the group of {@code process}, and KILL after {@code killAfter}, even if the
   * leader of the group has ended by then: others of the group may ignore TERM. A message being
   * sent, which has no process id, is interrupted once.
   */
  void end(RunningProcess process, Duration killAfter) {
    process.terminate();
    if (process.pid() == 0) {
      return;
    }
    pendingKills.computeIfAbsent(
        process, p -> timer.schedule(() -> kill(p), killAfter.toMillis(), TimeUnit.MILLISECONDS));
  }

  private void kill(RunningProcess process) {
    if (forget(process)) {
      process.kill();
    }
  }

  /**
   * Cancels the pending KILL of {@code process}, whose group has ended: another group may get its
   * number.
   *
   * @return whether there was a pending KILL
   */
  boolean forget(RunningProcess process) {
    ScheduledFuture<?> alarm = pendingKills.remove(process);
    if (alarm == null) {
      return false;
    }
    alarm.cancel(false);
    return true;
  }

  /** Sends all pending KILL signals now. */
  public void killNow() {
    pendingKills.keySet().forEach(this::kill);
  }
}
