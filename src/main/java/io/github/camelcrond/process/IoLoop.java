// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.process;

import com.sun.jna.Native;
import com.sun.jna.Platform;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One thread that waits on any number of file descriptors by epoll(7) and calls whoever has
 * something to do. Also keeps the timers of those calls.
 */
final class IoLoop {
  private static final int CTL_ADD = 1;
  private static final int CTL_DEL = 2;
  private static final int EPOLLIN = 1;
  private static final int EVENTS_AT_ONCE = 256;
  private static final int BUFFER_SIZE = 64 * 1024;
  private static final long NANOS_PER_MILLI = 1_000_000;

  // struct epoll_event is packed on x86 only.
  private static final int EVENT_SIZE = Platform.isIntel() ? 12 : 16;
  private static final int EVENT_DATA = EVENT_SIZE - 8;

  private final int epoll;
  private final int wake;
  private final Pointer events = new Pointer(Native.malloc((long) EVENT_SIZE * EVENTS_AT_ONCE));
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_SIZE);
  private final long bufferAddress = Pointer.nativeValue(Native.getDirectBufferPointer(buffer));
  private final byte[] bytes = new byte[BUFFER_SIZE];
  private final Map<Long, Runnable> watches = new ConcurrentHashMap<>();
  private final AtomicLong tokens = new AtomicLong();
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final PriorityQueue<TimedTask> timers = new PriorityQueue<>();
  private final Thread thread = new Thread(this::run, "crond-process-io");
  private volatile boolean closed;

  /** Starts the thread. */
  IoLoop() throws LaunchException {
    epoll = LibC.epoll_create1(LibC.O_CLOEXEC);
    wake = LibC.eventfd(0, LibC.O_CLOEXEC | LibC.O_NONBLOCK);
    if (epoll < 0 || wake < 0) {
      throw Errno.resource(Native.getLastError(), "open epoll");
    }
    watch(wake, token(), this::wakened);
    thread.setDaemon(true);
    thread.start();
  }

  /** A number for a watch, never given twice. File descriptors are, and events may come late. */
  long token() {
    return tokens.incrementAndGet();
  }

  /**
   * Calls {@code ready} on this loop's thread whenever {@code fd} can be read or has ended, until
   * {@link #forget}. May be called from any thread; the first call may come before this returns.
   */
  void watch(int fd, long token, Runnable ready) throws LaunchException {
    watches.put(token, ready);
    int failed = control(CTL_ADD, fd, token) == 0 ? 0 : Native.getLastError();
    if (failed != 0) {
      watches.remove(token);
      throw Errno.resource(failed, "watch a file");
    }
  }

  /** Ends a watch and closes its {@code fd}. May be called from any thread. */
  void forget(int fd, long token) {
    watches.remove(token);
    // A process being started holds a copy of fd for a moment, so that closing alone is not enough.
    control(CTL_DEL, fd, token);
    LibC.close(fd);
  }

  /** Runs {@code task} on this loop's thread soon. May be called from any thread. */
  void execute(Runnable task) {
    tasks.add(task);
    LibC.eventfd_write(wake, 1);
  }

  /** Runs {@code task} after a time. On this loop's thread only. */
  void after(Duration delay, Runnable task) {
    timers.add(new TimedTask(System.nanoTime() + delay.toNanos(), task));
  }

  /**
   * Reads once what is there and passes it on. On this loop's thread only.
   *
   * @return false at the end of the file
   */
  boolean read(int fd, StandardStream stream, OutputSink sink) {
    long size = LibC.read(fd, bufferAddress, BUFFER_SIZE);
    if (size < 0) {
      return Native.getLastError() == Errno.EINTR || Native.getLastError() == Errno.EAGAIN;
    }
    if (size == 0) {
      return false;
    }
    buffer.get(0, bytes, 0, (int) size);
    sink.write(stream, bytes, 0, (int) size);
    return true;
  }

  /** Ends the thread; what is still watched is not closed. */
  void close() {
    closed = true;
    LibC.eventfd_write(wake, 1);
  }

  private int control(int operation, int fd, long token) {
    long event = Native.malloc(EVENT_SIZE);
    try {
      Pointer pointer = new Pointer(event);
      pointer.setInt(0, EPOLLIN);
      pointer.setLong(EVENT_DATA, token);
      return LibC.epoll_ctl(epoll, operation, fd, event);
    } finally {
      Native.free(event);
    }
  }

  private void run() {
    while (!closed) {
      // Events that were not handled are reported again by the next wait.
      call(this::turn);
    }
    LibC.close(epoll);
    LibC.close(wake);
    Native.free(Pointer.nativeValue(events));
  }

  private void turn() {
    int count =
        LibC.epoll_wait(epoll, Pointer.nativeValue(events), EVENTS_AT_ONCE, untilNextTimer());
    for (int i = 0; i < count; i++) {
      Runnable ready = watches.get(events.getLong((long) i * EVENT_SIZE + EVENT_DATA));
      if (ready != null) {
        call(ready);
      }
    }
    callTimers();
  }

  private void wakened() {
    LibC.eventfd_read(wake, bufferAddress);
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      call(task);
    }
  }

  private int untilNextTimer() {
    TimedTask next = timers.peek();
    if (next == null) {
      return -1;
    }
    long nanos = next.due - System.nanoTime();
    return nanos <= 0 ? 0 : (int) Math.min(Integer.MAX_VALUE, nanos / NANOS_PER_MILLI + 1);
  }

  private void callTimers() {
    long now = System.nanoTime();
    while (!timers.isEmpty() && timers.peek().due - now <= 0) {
      call(timers.poll().task);
    }
  }

  private static void call(Runnable task) {
    try {
      task.run();
    } catch (Throwable e) {
      // A failure for one process, including lack of memory, must not affect the others.
      StreamPoller.failed(e);
    }
  }

  /** Due by the monotonic clock: setting the wall clock does not move it. */
  private record TimedTask(long due, Runnable task) implements Comparable<TimedTask> {
    @Override
    public int compareTo(TimedTask other) {
      return Long.compare(due - other.due, 0);
    }
  }
}
