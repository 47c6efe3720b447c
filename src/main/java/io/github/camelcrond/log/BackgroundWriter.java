// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.log;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongFunction;

/**
 * Writes lines to a stream on a separate thread, so that callers never wait for a reader that has
 * stalled. Lines that are not written yet are held up to a limit; further ones are dropped, and a
 * notice in their place reports how many. Thread-safe.
 */
final class BackgroundWriter {
  private static final int BATCH = 64 * 1024;
  private static final long AFTER_FAILURE_MILLIS = 10;

  private final OutputStream out;
  private final long limit;
  private final LongFunction<byte[]> notice;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition added = lock.newCondition();
  private final Condition written = lock.newCondition();

  // Below: guarded by the lock.
  private final Queue<byte[]> lines = new ArrayDeque<>();
  private long held;
  private long unreported;
  private long dropped;

  /**
   * Starts the thread.
   *
   * @param name of the thread
   * @param limit maximum size of the lines held, in bytes
   * @param notice returns the line that reports a number of dropped lines
   */
  BackgroundWriter(String name, OutputStream out, long limit, LongFunction<byte[]> notice) {
    this.out = out;
    this.limit = limit;
    this.notice = notice;
    Thread thread = new Thread(this::run, name);
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Adds {@code line} to those to be written, or drops it.
   *
   * @param share fraction of the limit up to which the line is held; less than 1 for less important
   *     lines
   */
  void write(byte[] line, double share) {
    lock.lock();
    try {
      if (held > 0 && held + line.length > limit * share) {
        dropped++;
        unreported++;
        return;
      }
      report();
      add(line);
    } finally {
      lock.unlock();
    }
  }

  /** The number of lines dropped since the start. */
  long dropped() {
    lock.lock();
    try {
      return dropped;
    } finally {
      lock.unlock();
    }
  }

  /** Whether lines have been dropped that no notice reports yet. */
  boolean isStalled() {
    lock.lock();
    try {
      return unreported > 0;
    } finally {
      lock.unlock();
    }
  }

  /** Waits until all lines are written, for {@code time} at most, even if interrupted. */
  void flush(Duration time) {
    boolean interrupted = false;
    long left = time.toNanos();
    lock.lock();
    try {
      while (held > 0 && left > 0) {
        try {
          left = written.awaitNanos(left);
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      lock.unlock();
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void report() {
    if (unreported > 0) {
      long count = unreported;
      unreported = 0;
      add(notice.apply(count));
    }
  }

  private void add(byte[] line) {
    lines.add(line);
    held += line.length;
    added.signal();
  }

  private void run() {
    byte[] batch = new byte[BATCH];
    while (true) {
      try {
        writeSome(batch);
      } catch (IOException | InterruptedException | RuntimeException | Error e) {
        // It cannot be reported. A lack of memory may be temporary, and a reader may come back.
        pause();
      }
    }
  }

  private void writeSome(byte[] batch) throws IOException, InterruptedException {
    int length = 0;
    int count = 0;
    byte[] large = {};
    lock.lock();
    try {
      while (lines.isEmpty()) {
        added.await();
      }
      while (!lines.isEmpty() && length + lines.peek().length <= batch.length) {
        byte[] line = lines.remove();
        System.arraycopy(line, 0, batch, length, line.length);
        length += line.length;
        count++;
      }
      if (length == 0) {
        large = lines.remove();
        count = 1;
      }
    } finally {
      lock.unlock();
    }
    try {
      out.write(length == 0 ? large : batch, 0, length == 0 ? large.length : length);
      out.flush();
    } catch (IOException e) {
      lost(count);
      throw e;
    } finally {
      written(length + large.length);
    }
  }

  /** Counts lines that could not be written; a notice about them would fail, too. */
  private void lost(int count) {
    lock.lock();
    try {
      dropped += count;
    } finally {
      lock.unlock();
    }
  }

  private void written(int length) {
    lock.lock();
    try {
      held -= length;
      if (lines.isEmpty()) {
        report();
      }
      written.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(AFTER_FAILURE_MILLIS);
    } catch (InterruptedException e) {
      // This thread is never asked to end.
    }
  }
}
