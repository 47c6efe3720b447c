// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.process;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread that polls the output of all processes of {@link JdkLauncher}, less often while a
 * process prints nothing, but at least twice a second. The JDK has no notification of output; the
 * alternative is a blocked thread for each stream.
 */
final class StreamPoller {
  private static final Logger LOG = LoggerFactory.getLogger("crond.process");
  private static final long AFTER_FAILURE_NANOS = 10_000_000;
  private static final Duration LONGEST = Duration.ofSeconds(10);
  private static final int BUFFER_SIZE = 64 * 1024;

  private final Queue<JdkProcess> added = new ConcurrentLinkedQueue<>();
  private final Thread thread = new Thread(this::run, "crond-process-io");
  private volatile boolean closed;

  StreamPoller() {
    thread.setDaemon(true);
    thread.start();
  }

  void add(JdkProcess process) {
    added.add(process);
    process.onExit(this::wake);
    wake();
  }

  void close() {
    closed = true;
    wake();
  }

  private void wake() {
    LockSupport.unpark(thread);
  }

  private void run() {
    List<JdkProcess> processes = new ArrayList<>();
    byte[] buffer = new byte[BUFFER_SIZE];
    while (!closed) {
      try {
        look(processes, buffer);
      } catch (RuntimeException | Error e) {
        failed(e);
      }
    }
  }

  private void look(List<JdkProcess> processes, byte[] buffer) {
    for (JdkProcess next = added.peek(); next != null; next = added.peek()) {
      processes.add(next);
      added.remove();
    }
    long pause = LONGEST.toNanos();
    for (JdkProcess process : processes) {
      if (process.untilNextLook(System.nanoTime()) <= 0) {
        read(process, buffer);
      }
      pause = Math.min(pause, process.untilNextLook(System.nanoTime()));
    }
    boolean some = processes.removeIf(StreamPoller::finish);
    if (!some && pause > 0 && added.isEmpty()) {
      LockSupport.parkNanos(this, pause);
    }
  }

  private static void read(JdkProcess process, byte[] buffer) {
    try {
      process.read(buffer);
    } catch (RuntimeException | Error e) {
      failed(e);
    }
  }

  /** A failure is retried at the next poll, so that the end of the process is always reported. */
  private static boolean finish(JdkProcess process) {
    try {
      return process.finish();
    } catch (RuntimeException | Error e) {
      failed(e);
      return false;
    }
  }

  /**
   * Logs a failure if memory permits, and pauses, so that a permanent one does not flood the log.
   */
  static void failed(Throwable e) {
    try {
      LOG.atError().setCause(e).log("cannot process the output of a process");
    } catch (OutOfMemoryError again) {
      // There is no memory to log it.
    }
    LockSupport.parkNanos(AFTER_FAILURE_NANOS);
  }
}
