// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.daemon;

import io.github.camelcrond.process.OrphanReaper;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The daemon's own threads: one for each running job, one for delayed tasks, one for routes that
 * run periodically and ask no server, one for the places of runs in the cluster.
 */
final class Threads {
  private static final Logger LOG = LoggerFactory.getLogger("crond.daemon");

  /** Enough for a run, and small enough for 3,000 of them. */
  private static final long STACK = 256 * 1024;

  private static final long NEXT_TRY_MILLIS = 100;
  private static final Duration QUIET_PAUSE = Duration.ofSeconds(15);
  private static final Duration SOON = Duration.ofSeconds(3);

  private final ExecutorService runs = new RunThreads();
  private final ScheduledThreadPoolExecutor timer = new Timer();

  /** One, as each further thread would wake for each task, too. */
  private final ScheduledThreadPoolExecutor periodic =
      new ScheduledThreadPoolExecutor(1, named("periodic-"));

  private final ScheduledThreadPoolExecutor places =
      new ScheduledThreadPoolExecutor(1, named("places-"));
  private volatile boolean reapsSoon;

  Threads() {
    timer.setRemoveOnCancelPolicy(true);
    periodic.setRemoveOnCancelPolicy(true);
    places.setRemoveOnCancelPolicy(true);
    // While the system still has threads.
    timer.prestartCoreThread();
  }

  /** Retries when the system refuses a thread: a run may be late, but is not lost. */
  private final class RunThreads extends ThreadPoolExecutor {
    private final AtomicBoolean refused = new AtomicBoolean();

    RunThreads() {
      super(0, Integer.MAX_VALUE, 1, TimeUnit.MINUTES, new SynchronousQueue<>(), named("run-"));
    }

    @Override
    public void execute(Runnable task) {
      while (!tried(task)) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(NEXT_TRY_MILLIS));
      }
    }

    /** Whether the task was started or scheduled for later. */
    private boolean tried(Runnable task) {
      try {
        super.execute(task);
        refused.set(false);
        return true;
      } catch (OutOfMemoryError e) {
        // The system refuses a thread, or the heap is full; the task has not been accepted.
        try {
          if (refused.compareAndSet(false, true)) {
            LOG.atWarn()
                .addKeyValue("reason", e.getMessage())
                .log("cannot create a thread for a run, retrying");
          }
          timer.schedule(() -> execute(task), NEXT_TRY_MILLIS, TimeUnit.MILLISECONDS);
          return true;
        } catch (OutOfMemoryError again) {
          return false;
        }
      }
    }
  }

  /** Logs exceptions of tasks, which the JDK discards. */
  private static final class Timer extends ScheduledThreadPoolExecutor {
    Timer() {
      super(1, named("timer-"));
    }

    @Override
    protected void afterExecute(Runnable task, Throwable thrown) {
      super.afterExecute(task, thrown);
      if (task instanceof Future<?> done && done.isDone() && !done.isCancelled()) {
        try {
          done.get();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
          LOG.atError().setCause(e.getCause()).log("timer task failed");
        }
      }
    }
  }

  /** Threads of runs; one that has been idle for a minute ends. */
  ExecutorService runs() {
    return runs;
  }

  /** For delayed tasks that do not block. */
  ScheduledExecutorService timer() {
    return timer;
  }

  /** For routes that run periodically and ask no server. */
  ScheduledExecutorService periodic() {
    return periodic;
  }

  /** For the places of runs in the cluster; waits for Redis. */
  ScheduledExecutorService places() {
    return places;
  }

  /**
   * Reaps orphaned processes periodically, and more often while there are some; until then, each
   * occupies an entry of the process table.
   */
  void reapWith(OrphanReaper reaper) {
    every(QUIET_PAUSE, () -> reap(reaper));
  }

  private void reap(OrphanReaper reaper) {
    reaper.sweep();
    if (reaper.seesOrphans() && !reapsSoon) {
      timer.schedule(() -> guarded(() -> reapAgain(reaper)), SOON.toSeconds(), TimeUnit.SECONDS);
      reapsSoon = true;
    }
  }

  private void reapAgain(OrphanReaper reaper) {
    reapsSoon = false;
    reap(reaper);
  }

  /** Runs {@code task} periodically; a failure is logged and does not end that. */
  void every(Duration pause, Runnable task) {
    timer.scheduleWithFixedDelay(
        () -> guarded(task), pause.toMillis(), pause.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static void guarded(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | LinkageError | OutOfMemoryError e) {
      LOG.atError().setCause(e).log("periodic task failed, continuing");
    }
  }

  void close() {
    runs.shutdownNow();
    timer.shutdownNow();
    periodic.shutdownNow();
    places.shutdownNow();
  }

  private static ThreadFactory named(String prefix) {
    AtomicInteger count = new AtomicInteger();
    return task -> {
      Thread thread = new Thread(null, task, prefix + count.incrementAndGet(), STACK);
      thread.setDaemon(true);
      return thread;
    };
  }
}
