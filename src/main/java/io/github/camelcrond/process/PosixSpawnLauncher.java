// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.process;

import com.sun.jna.Native;
import io.github.camelcrond.process.LaunchException.Reason;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntUnaryOperator;

/**
 * Starts processes with posix_spawn(3), in half the time that the JDK takes, and reads the output
 * of all on one thread. A running process takes three open files and no thread. A command that
 * needs no shell is executed without one, as make does.
 */
public final class PosixSpawnLauncher implements ProcessLauncher {
  /** From spawn.h: reset signal actions, reset the signal mask, create a session. */
  private static final short FLAGS = 0x04 | 0x08 | 0x80;

  /** Larger than posix_spawnattr_t on every 64-bit glibc (336 bytes). */
  private static final int ATTRIBUTES_SIZE = 1024;

  private static final int SIGNALS_SIZE = 128;

  private final IoLoop loop;
  private final Duration grace;
  private final IntUnaryOperator pidfdOpen;
  private final OpenFilesLimit openFiles;
  private final Descriptors descriptors;
  private final long attributes;
  private final Set<Long> running = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /**
   * Creates a launcher and starts its reading thread.
   *
   * @param grace how long the end of a process is delayed while another one, such as one in the
   *     background, holds its output open
   * @throws UnsatisfiedLinkError if the C library lacks a function
   * @throws LaunchException if there are too few open files; the message names the limit
   */
  public PosixSpawnLauncher(Duration grace) throws LaunchException {
    this(grace, LibC::pidfdOpen);
  }

  /**
   * Uses another function to open pidfds, which returns -1 if there are none, as before Linux 5.3.
   */
  PosixSpawnLauncher(Duration grace, IntUnaryOperator pidfdOpen) throws LaunchException {
    this.grace = grace;
    this.pidfdOpen = pidfdOpen;
    FileReserve.checkLimit(LibC.openFilesLimit());
    openFiles = new OpenFilesLimit();
    descriptors = new Descriptors();
    loop = new IoLoop();
    attributes = attributes();
  }

  @Override
  public RunningProcess start(ProcessRequest request, OutputSink output) throws LaunchException {
    if (closed) {
      throw new LaunchException(
          Reason.STOPPED, "cannot start " + request + ": the daemon is stopping");
    }
    if (request.program().indexOf('/') < 0) {
      throw new LaunchException(
          Reason.NO_PROGRAM, request.program() + " is not a path, use a name with a slash");
    }
    Optional<ProcessRequest> plain = request.withoutShell();
    if (plain.isPresent()) {
      try {
        return spawn(plain.get(), output);
      } catch (LaunchException e) {
        if (e.transientFailure()) {
          throw e;
        }
      }
    }
    return spawn(request, output);
  }

  private RunningProcess spawn(ProcessRequest request, OutputSink output) throws LaunchException {
    List<String> argv = openFiles.limiting(request.argv(), descriptors.highest());
    try (SpawnBlock block = new SpawnBlock(request.with(argv))) {
      int stdin = request.stdinEmpty() ? -1 : descriptors.memoryFile(request.stdin());
      try {
        return spawn(request, output, block, stdin);
      } finally {
        if (stdin >= 0) {
          LibC.close(stdin);
        }
      }
    }
  }

  /** Whether {@code pid} was started here and is not reaped yet, for {@link OrphanReaper}. */
  public boolean owns(long pid) {
    return running.contains(pid);
  }

  @Override
  public void close() {
    closed = true;
    loop.close();
  }

  private RunningProcess spawn(
      ProcessRequest request, OutputSink output, SpawnBlock block, int stdin)
      throws LaunchException {
    Descriptors.Pair out = descriptors.pipe(block.fds());
    Descriptors.Pair err;
    try {
      err = descriptors.pipe(block.fds());
    } catch (LaunchException e) {
      out.close();
      throw e;
    }
    SpawnedProcess process = new SpawnedProcess(loop, output, grace, pidfdOpen, running::remove);
    // Watched before the start, so that a lack of descriptors cannot affect a running process.
    try {
      process.attach(out.readEnd(), err.readEnd());
    } catch (LaunchException e) {
      LibC.close(out.writeEnd());
      LibC.close(err.writeEnd());
      throw e;
    }
    int failed = spawned(block, stdin, out, err);
    if (failed != 0) {
      process.detach();
    }
    LibC.close(out.writeEnd());
    LibC.close(err.writeEnd());
    if (failed != 0) {
      throw Errno.launch(failed, request);
    }
    running.add((long) block.pid());
    process.started(block.pid());
    return process;
  }

  private int spawned(SpawnBlock block, int stdin, Descriptors.Pair out, Descriptors.Pair err) {
    if (!openFiles.canLower(descriptors.highest())) {
      return block.spawn(attributes, stdin, out.writeEnd(), err.writeEnd());
    }
    openFiles.lower();
    try {
      return block.spawn(attributes, stdin, out.writeEnd(), err.writeEnd());
    } finally {
      openFiles.restore();
    }
  }

  /** Created once and only read afterwards, so never freed. */
  private static long attributes() {
    long attributes = Native.malloc(ATTRIBUTES_SIZE);
    long signals = Native.malloc(SIGNALS_SIZE);
    LibC.posix_spawnattr_init(attributes);
    LibC.posix_spawnattr_setflags(attributes, FLAGS);
    LibC.sigfillset(signals);
    LibC.posix_spawnattr_setsigdefault(attributes, signals);
    LibC.sigemptyset(signals);
    LibC.posix_spawnattr_setsigmask(attributes, signals);
    Native.free(signals);
    return attributes;
  }
}
