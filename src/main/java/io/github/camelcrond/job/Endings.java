// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.job;

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
 * How a run ends that does not end by itself: its process group gets TERM, later KILL; where it
 * waits, it waits no longer.
 */
public final class Endings {
  private final ScheduledExecutorService timer;
  private final Map<RunningProcess, ScheduledFuture<?>> killed = new ConcurrentHashMap<>();
  private final List<BiConsumer<Run, String>> places = new CopyOnWriteArrayList<>();

  /**
   * @param timer for KILL
   */
  public Endings(ScheduledExecutorService timer) {
    this.timer = timer;
  }

  /**
   * Adds a place at which runs wait.
   *
   * @param dismiss sends a run away from there, if it is there, and says why
   */
  public void place(BiConsumer<Run, String> dismiss) {
    places.add(dismiss);
  }

  /** Sends {@code run} away from wherever it waits, because of {@code why}. */
  void dismiss(Run run, String why) {
    places.forEach(place -> place.accept(run, why));
  }

  /**
   * Sends TERM to the group of {@code process}, and KILL after {@code killAfter}: also when its
   * leader has ended by then, as there may be others in the group who do not heed TERM. What has no
   * process id is asked once.
   */
  void end(RunningProcess process, Duration killAfter) {
    process.terminate();
    if (process.pid() == 0) {
      return;
    }
    killed.computeIfAbsent(
        process, p -> timer.schedule(() -> kill(p), killAfter.toMillis(), TimeUnit.MILLISECONDS));
  }

  private void kill(RunningProcess process) {
    if (forget(process)) {
      process.kill();
    }
  }

  /**
   * Cancels the KILL that is still to come for {@code process}, whose group is gone: its number may
   * be another group's by then.
   *
   * @return whether there was one
   */
  boolean forget(RunningProcess process) {
    ScheduledFuture<?> alarm = killed.remove(process);
    if (alarm == null) {
      return false;
    }
    alarm.cancel(false);
    return true;
  }

  /** Sends every KILL that is still to come now. */
  public void killNow() {
    killed.keySet().forEach(this::kill);
  }
}
