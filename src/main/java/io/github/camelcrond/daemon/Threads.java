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
 * The daemon's own threads: one for each running job, one for what happens later, two for routes
 * that start from time to time.
 */
final class Threads {
  private static final Logger LOG = LoggerFactory.getLogger("crond.daemon");

  /** What a run needs, 3,000 times. */
  private static final long STACK = 256 * 1024;

  private static final long NEXT_TRY_MILLIS = 100;

  private final ExecutorService runs = new RunThreads();
  private final ScheduledThreadPoolExecutor timer = new Timer();

  /** Two, so that one route that waits for a server does not hold up all others. */
  private final ScheduledThreadPoolExecutor periodic =
      new ScheduledThreadPoolExecutor(2, named("periodic-"));

  Threads() {
    timer.setRemoveOnCancelPolicy(true);
    periodic.setRemoveOnCancelPolicy(true);
    // While there are threads to be had.
    timer.prestartCoreThread();
  }

  /** Waits for what the system refuses, as a run must be late rather than lost. */
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

    /** Whether the task was taken, now or for later. */
    private boolean tried(Runnable task) {
      try {
        super.execute(task);
        refused.set(false);
        return true;
      } catch (OutOfMemoryError e) {
        // Either the system refuses a thread, or the heap is full; the task was not taken.
        try {
          if (refused.compareAndSet(false, true)) {
            LOG.atWarn()
                .addKeyValue("reason", e.getMessage())
                .log("runs wait, the system gives no further thread");
          }
          timer.schedule(() -> execute(task), NEXT_TRY_MILLIS, TimeUnit.MILLISECONDS);
          return true;
        } catch (OutOfMemoryError again) {
          return false;
        }
      }
    }
  }

  /** Logs what a task throws, which the JDK keeps to itself. */
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
          LOG.error("a task of the timer failed", e.getCause());
        }
      }
    }
  }

  /** As many threads as there are runs; those that idle for a minute end. */
  ExecutorService runs() {
    return runs;
  }

  /** For what happens later and takes no time. */
  ScheduledExecutorService timer() {
    return timer;
  }

  /** For the routes that start from time to time. */
  ScheduledExecutorService periodic() {
    return periodic;
  }

  /** Looks for orphans every second. */
  void reapWith(OrphanReaper reaper) {
    every(Duration.ofSeconds(1), reaper::sweep);
  }

  /** Does {@code task} again and again; a failure is logged and is not the last time. */
  void every(Duration pause, Runnable task) {
    timer.scheduleWithFixedDelay(
        () -> {
          try {
            task.run();
          } catch (RuntimeException | LinkageError | OutOfMemoryError e) {
            LOG.error("a periodic task failed, it goes on", e);
          }
        },
        pause.toMillis(),
        pause.toMillis(),
        TimeUnit.MILLISECONDS);
  }

  void close() {
    runs.shutdownNow();
    timer.shutdownNow();
    periodic.shutdownNow();
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
