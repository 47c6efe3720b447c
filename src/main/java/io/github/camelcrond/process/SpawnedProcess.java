// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.process;

import com.sun.jna.Native;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.IntUnaryOperator;

/** A process started by {@link PosixSpawnLauncher}: reads its output and waits for its end. */
final class SpawnedProcess implements RunningProcess {
  private static final Duration FIRST_LOOK = Duration.ofMillis(1);
  private static final Duration LAST_LOOK = Duration.ofMillis(200);

  private final IoLoop loop;
  private final OutputSink sink;
  private final Duration grace;
  private final IntUnaryOperator pidfdOpen;
  private final Consumer<Long> onReap;
  private final CompletableFuture<ExitStatus> ended = new CompletableFuture<>();
  private final CompletableFuture<Void> drained = new CompletableFuture<>();
  private final ReadEnd[] pipes = new ReadEnd[2];

  private volatile int pid;
  // Guarded by this: the pid may be reused once the process is reaped.
  private boolean reaped;

  // Below: used by the thread of the loop only, and by the starting thread before that.
  private int openPipes;
  private int waitStatus;
  private IOException lost;

  SpawnedProcess(
      IoLoop loop,
      OutputSink sink,
      Duration grace,
      IntUnaryOperator pidfdOpen,
      Consumer<Long> onReap) {
    this.loop = loop;
    this.sink = new GuardedSink(sink);
    this.grace = grace;
    this.pidfdOpen = pidfdOpen;
    this.onReap = onReap;
  }

  @Override
  public long pid() {
    return pid;
  }

  @Override
  public CompletableFuture<ExitStatus> ended() {
    return ended;
  }

  @Override
  public CompletableFuture<Void> drained() {
    return drained;
  }

  @Override
  public boolean terminate() {
    return signalGroup(LibC.SIGTERM);
  }

  @Override
  public boolean kill() {
    return signalGroup(LibC.SIGKILL);
  }

  /**
   * Begins to read the pipes; nothing arrives before the process has the write ends.
   *
   * @throws LaunchException if they cannot be watched; they are closed then
   */
  void attach(int stdout, int stderr) throws LaunchException {
    openPipes = 2;
    pipes[0] = new ReadEnd(stdout, StandardStream.STDOUT);
    pipes[1] = new ReadEnd(stderr, StandardStream.STDERR);
    try {
      pipes[0].watch();
      pipes[1].watch();
    } catch (LaunchException e) {
      detach();
      throw e;
    }
  }

  /** Closes the read ends of a process that could not be started. */
  void detach() {
    pipes[0].unwatch();
    pipes[1].unwatch();
  }

  /** Begins to wait for the process, by a pidfd if the kernel has them, otherwise by polling. */
  void started(int newPid) {
    pid = newPid;
    int pidfd = pidfdOpen.applyAsInt(newPid);
    if (pidfd >= 0) {
      Exit exit = new Exit(pidfd);
      try {
        loop.watch(pidfd, exit.token, exit);
        return;
      } catch (LaunchException e) {
        LibC.close(pidfd);
      }
    }
    loop.execute(() -> look(FIRST_LOOK));
  }

  private void look(Duration pause) {
    if (reap()) {
      exited();
      return;
    }
    Duration doubled = pause.multipliedBy(2);
    Duration next = doubled.compareTo(LAST_LOOK) < 0 ? doubled : LAST_LOOK;
    loop.after(openPipes == 0 ? FIRST_LOOK : pause, () -> look(next));
  }

  private synchronized boolean reap() {
    if (reaped) {
      return true;
    }
    long status = Native.malloc(Integer.BYTES);
    try {
      int result = LibC.waitpid(pid, status, LibC.WNOHANG);
      if (result < 0 && Native.getLastError() != Errno.EINTR) {
        lost =
            new IOException("exit status of process " + pid + " was collected by another caller");
      }
      waitStatus = LibC.peekInt(status);
      reaped = result == pid || lost != null;
      return reaped;
    } finally {
      Native.free(status);
    }
  }

  private void exited() {
    onReap.accept((long) pid);
    if (openPipes > 0) {
      loop.after(grace, () -> complete(openPipes > 0));
    }
    finishIfDone();
  }

  private void complete(boolean outputOpen) {
    if (lost != null) {
      ended.completeExceptionally(lost);
    } else {
      ended.complete(ExitStatus.ofWait(waitStatus, outputOpen));
    }
  }

  private synchronized boolean signalGroup(int signal) {
    if (reaped && LibC.kill(pid, 0) == 0) {
      // The group has ended, and its number belongs to another process.
      return false;
    }
    return LibC.kill(-pid, signal) == 0;
  }

  private void finishIfDone() {
    if (openPipes > 0 || !isReaped() || drained.isDone()) {
      return;
    }
    sink.end();
    complete(false);
    drained.complete(null);
  }

  private synchronized boolean isReaped() {
    return reaped;
  }

  /** The read end of one of the two pipes. */
  private final class ReadEnd implements Runnable {
    private final int fd;
    private final StandardStream stream;
    private final long token = loop.token();
    private boolean open = true;

    ReadEnd(int fd, StandardStream stream) {
      this.fd = fd;
      this.stream = stream;
    }

    void watch() throws LaunchException {
      loop.watch(fd, token, this);
    }

    void unwatch() {
      loop.forget(fd, token);
    }

    @Override
    public void run() {
      if (open && !loop.read(fd, stream, sink)) {
        close();
      }
    }

    void close() {
      open = false;
      openPipes--;
      unwatch();
      finishIfDone();
    }
  }

  /** Reaps the process when its pidfd is ready. */
  private final class Exit implements Runnable {
    private final int pidfd;
    private final long token = loop.token();

    Exit(int pidfd) {
      this.pidfd = pidfd;
    }

    @Override
    public void run() {
      if (reap()) {
        exited();
        // Last: a failure before is retried, as the descriptor stays ready.
        loop.forget(pidfd, token);
      }
    }
  }
}
