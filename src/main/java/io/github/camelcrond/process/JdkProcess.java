// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.process;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A process started by {@link JdkLauncher}; {@link StreamPoller} reads its output. */
final class JdkProcess implements RunningProcess {
  private static final Logger LOG = LoggerFactory.getLogger("crond.process");
  // Fits into every pipe, so that writing does not block even if the process does not read.
  private static final int PIPE_BUF = 4096;
  // The JDK empties the pipes of an ended process on a separate thread, shortly after the end.
  private static final Duration QUIET = Duration.ofMillis(10);

  // Pauses between polls in nanoseconds, doubled while a process prints nothing.
  private static final long SHORTEST_PAUSE = 1_000_000;
  private static final long LONGEST_PAUSE = 500_000_000;

  private final Process process;
  private final OutputSink sink;
  private final CompletableFuture<ExitStatus> ended = new CompletableFuture<>();
  private volatile boolean exited;
  private long pause = SHORTEST_PAUSE;
  private long nextLook = System.nanoTime();
  private long quietSince;
  private boolean quiet;

  JdkProcess(Process process, OutputSink sink) {
    this.process = process;
    this.sink = new GuardedSink(sink);
  }

  @Override
  public long pid() {
    return process.pid();
  }

  @Override
  public CompletableFuture<ExitStatus> ended() {
    return ended;
  }

  @Override
  public boolean terminate() {
    return signalGroup("TERM");
  }

  @Override
  public boolean kill() {
    return signalGroup("KILL");
  }

  /** Writes standard input and closes it; what a pipe may not hold is written on another thread. */
  void feed(byte[] stdin) {
    if (stdin.length <= PIPE_BUF) {
      write(stdin);
      return;
    }
    Thread writer = new Thread(() -> write(stdin), "crond-process-stdin");
    writer.setDaemon(true);
    writer.start();
  }

  /** Runs {@code wake} when the process has ended. */
  void onExit(Runnable wake) {
    process
        .onExit()
        .thenRun(
            () -> {
              exited = true;
              wake.run();
            });
  }

  /** Nanoseconds until the next poll is due; zero or less if it is due now. */
  long untilNextLook(long now) {
    long left = nextLook - now;
    // The pause of a process that printed nothing may be long, but it has ended now.
    return exited && left > SHORTEST_PAUSE ? 0 : left;
  }

  /** Passes on the available output; returns whether there was any. */
  boolean read(byte[] buffer) {
    boolean some = read(process.getInputStream(), StandardStream.STDOUT, buffer);
    some |= read(process.getErrorStream(), StandardStream.STDERR, buffer);
    pause = some || exited ? SHORTEST_PAUSE : Math.min(LONGEST_PAUSE, 2 * pause);
    nextLook = System.nanoTime() + (some ? 0 : pause);
    if (some || !exited) {
      quiet = false;
    } else if (!quiet) {
      quiet = true;
      quietSince = System.nanoTime();
    }
    return some;
  }

  /**
   * Completes {@link #ended} if the process has ended and all of its output has been read; returns
   * whether it did.
   */
  boolean finish() {
    if (!quiet || System.nanoTime() - quietSince < QUIET.toNanos()) {
      return false;
    }
    sink.end();
    process.destroy();
    ended.complete(ExitStatus.ofShell(process.exitValue()));
    return true;
  }

  private boolean read(InputStream stream, StandardStream name, byte[] buffer) {
    try {
      int there = stream.available();
      int size = there > 0 ? stream.read(buffer, 0, Math.min(there, buffer.length)) : 0;
      if (size > 0) {
        sink.write(name, buffer, 0, size);
      }
      return size > 0;
    } catch (IOException e) {
      // The JDK closes the stream of an ended process; no more output follows.
      return false;
    }
  }

  private void write(byte[] stdin) {
    try (OutputStream stream = process.getOutputStream()) {
      stream.write(stdin);
    } catch (IOException e) {
      // The process has ended or closed its input without reading all of it, which it may.
      LOG.atDebug().addKeyValue("pid", process.pid()).log("process does not read standard input");
    }
  }

  private boolean signalGroup(String signal) {
    boolean another = !process.isAlive() && ProcessHandle.of(process.pid()).isPresent();
    return !another && GroupSignal.send(signal, process.pid());
  }
}
