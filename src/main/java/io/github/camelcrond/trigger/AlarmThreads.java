// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.trigger;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.quartz.SchedulerConfigException;
import org.quartz.spi.ThreadPool;

/**
 * The threads on which alarms go off. Unlike those of Quartz, they do not wake while idle. The
 * class is public because Quartz sets its name by reflection.
 */
public final class AlarmThreads implements ThreadPool {
  private static final long STOP_SECONDS = 10;

  private final int count;
  private final Semaphore free;
  private final ExecutorService threads;

  /**
   * @param count how many alarms are handled at the same time
   * @param name prefix of the names of the threads
   */
  AlarmThreads(int count, String name) {
    this.count = count;
    this.free = new Semaphore(count);
    this.threads =
        Executors.newFixedThreadPool(
            count,
            task -> {
              Thread thread = new Thread(task, name + "-alarm");
              thread.setDaemon(true);
              return thread;
            });
  }

  @Override
  public boolean runInThread(Runnable task) {
    free.acquireUninterruptibly();
    try {
      threads.execute(
          () -> {
            try {
              task.run();
            } finally {
              free.release();
            }
          });
      return true;
    } catch (RejectedExecutionException e) {
      free.release();
      return false;
    }
  }

  @Override
  public int blockForAvailableThreads() {
    free.acquireUninterruptibly();
    free.release();
    return Math.max(1, free.availablePermits());
  }

  @Override
  public void initialize() throws SchedulerConfigException {
    // Nothing is left to do.
  }

  @Override
  public void shutdown(boolean wait) {
    threads.shutdown();
    try {
      if (wait && !threads.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
        threads.shutdownNow();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public int getPoolSize() {
    return count;
  }

  @Override
  public void setInstanceId(String id) {
    // Its threads are named already.
  }

  @Override
  public void setInstanceName(String name) {
    // Its threads are named already.
  }
}
