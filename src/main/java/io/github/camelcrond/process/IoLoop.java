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
 * One thread that watches any number of file descriptors with epoll(7) and runs a callback when one
 * is ready. It also runs delayed tasks.
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

  /**
   * Starts the thread.
   *
   * @throws LaunchException if there are too few descriptors
   */
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

  /**
   * A number that identifies a watch and is never reused. File descriptors are reused, and events
   * of an earlier one may arrive late.
   */
  long token() {
    return tokens.incrementAndGet();
  }

  /**
   * Runs {@code ready} on the thread of this loop whenever {@code fd} is readable or at its end,
   * until {@link #forget}. Can be called from any thread; {@code ready} may run before this
   * returns.
   *
   * @throws LaunchException if the descriptor cannot be watched
   */
  void watch(int fd, long token, Runnable ready) throws LaunchException {
    watches.put(token, ready);
    int failed = control(CTL_ADD, fd, token) == 0 ? 0 : Native.getLastError();
    if (failed != 0) {
      watches.remove(token);
      throw Errno.resource(failed, "watch a file");
    }
  }

  /** Ends a watch and closes its {@code fd}. Can be called from any thread. */
  void forget(int fd, long token) {
    watches.remove(token);
    // Closing alone is not enough: a process that is being started holds a copy for a moment.
    control(CTL_DEL, fd, token);
    LibC.close(fd);
  }

  /** Runs {@code task} on the thread of this loop. Can be called from any thread. */
  void execute(Runnable task) {
    tasks.add(task);
    LibC.eventfd_write(wake, 1);
  }

  /** Runs {@code task} after {@code delay}. Must be called on the thread of this loop. */
  void after(Duration delay, Runnable task) {
    timers.add(new TimedTask(System.nanoTime() + delay.toNanos(), task));
  }

  /**
   * Reads once and passes the bytes to {@code sink}. Must be called on the thread of this loop.
   *
   * @return false at the end of the stream
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

  /** Ends the thread. Descriptors that are still watched stay open. */
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
      // Unhandled events are reported again by the next wait.
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

  /** A task and when it is due, by the monotonic clock: setting the wall clock has no effect. */
  private record TimedTask(long due, Runnable task) implements Comparable<TimedTask> {
    @Override
    public int compareTo(TimedTask other) {
      return Long.compare(due - other.due, 0);
    }
  }
}
