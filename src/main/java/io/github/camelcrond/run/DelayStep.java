// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.run;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.support.AsyncProcessorSupport;

/**
 * A step of a route at which a run waits for a given time without occupying a thread. Unlike
 * Camel's delay, the wait can be cut short, so that the daemon stops without delay.
 */
public final class DelayStep extends AsyncProcessorSupport implements WaitStep {
  private final Function<Run, Duration> length;
  private final ScheduledExecutorService timer;
  private final Executor executor;
  private final Runs runs;
  private final Map<String, DelayedRun> waiting = new ConcurrentHashMap<>();
  private final boolean journaled;
  private boolean closed;

  private record DelayedRun(AsyncCallback callback, ScheduledFuture<?> alarm) {}

  /**
   * @param length how long a run waits; if that is zero or negative, it continues at once
   * @param executor continues runs after their wait
   * @param runs knows which runs are to end early, and records that a run waits
   */
  public DelayStep(
      Function<Run, Duration> length,
      ScheduledExecutorService timer,
      Executor executor,
      Runs runs) {
    this(length, timer, executor, runs, true);
  }

  /**
   * Creates the step with a choice whether waiting runs are in the journal, for steps that runs
   * reach before they are claimed.
   *
   * @param journaled whether a run that waits here leaves a record if the daemon is killed
   */
  public DelayStep(
      Function<Run, Duration> length,
      ScheduledExecutorService timer,
      Executor executor,
      Runs runs,
      boolean journaled) {
    this.length = length;
    this.timer = timer;
    this.executor = executor;
    this.runs = runs;
    this.journaled = journaled;
  }

  @Override
  public boolean process(Exchange exchange, AsyncCallback callback) {
    Run run = exchange.getVariable("run", Run.class);
    Duration time = length.apply(run);
    if (time.isZero() || time.isNegative() || !waits(run, time, callback)) {
      callback.done(true);
      return true;
    }
    return false;
  }

  private boolean waits(Run run, Duration time, AsyncCallback callback) {
    synchronized (waiting) {
      // Under the lock: an interrupt after this check calls wake.
      if (closed || runs.interruption(run).isPresent()) {
        return false;
      }
      if (journaled) {
        runs.noteWaiting(run);
      }
      waiting.put(
          run.id(),
          new DelayedRun(
              callback,
              timer.schedule(() -> wake(run.id()), time.toMillis(), TimeUnit.MILLISECONDS)));
      return true;
    }
  }

  /** Lets {@code run} continue; its next step checks whether it is to end. */
  @Override
  public void dismiss(Run run, String why) {
    wake(run.id());
  }

  private void wake(String id) {
    DelayedRun found;
    synchronized (waiting) {
      found = waiting.remove(id);
    }
    if (found != null) {
      found.alarm.cancel(false);
      executor.execute(() -> found.callback.done(false));
    }
  }

  /** Lets waiting runs continue; those that arrive later pass at once. */
  @Override
  public void close(String reason) {
    synchronized (waiting) {
      closed = true;
    }
    waiting.keySet().forEach(this::wake);
  }

  @Override
  public int waiting() {
    return waiting.size();
  }
}
