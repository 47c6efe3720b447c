// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.process;

import io.github.camelcrond.process.LaunchException.Reason;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Starts processes with the JDK's {@link ProcessBuilder} and the program {@code setsid}. This works
 * with any C library, but takes at least twice as long as {@link PosixSpawnLauncher}, and a thread
 * of the JDK for each running process. Due to the JDK, output is passed on only up to the end of
 * the process, even if its children still print; signals that were ignored when the daemon was
 * started stay ignored in processes, and JDK 17 leaves SIGQUIT blocked.
 */
public final class JdkLauncher implements ProcessLauncher {
  private static final Pattern ERROR = Pattern.compile("error[=: ]+(\\d+)");
  private static final Path DEV_NULL = Path.of("/dev/null");

  private final Path setsid;
  private final StreamPoller poller = new StreamPoller();
  private final FileReserve reserve = new FileReserve();
  private final AtomicInteger running = new AtomicInteger();
  private volatile boolean closed;

  /**
   * Creates a launcher and starts its reading thread.
   *
   * @param setsid the program of util-linux or busybox
   * @throws LaunchException if there are too few open files; the message names the limit
   */
  public JdkLauncher(Path setsid) throws LaunchException {
    reserve.checkLimit();
    this.setsid = setsid;
  }

  @Override
  public RunningProcess start(ProcessRequest request, OutputSink output) throws LaunchException {
    if (closed) {
      throw new LaunchException(
          Reason.STOPPED, "cannot start " + request + ": the daemon is stopping");
    }
    check(request);
    reserve.check(running.get());
    List<String> argv = new ArrayList<>();
    argv.add(setsid.toString());
    argv.addAll(request.argv());
    ProcessBuilder builder = new ProcessBuilder(argv).directory(request.directory().toFile());
    builder.redirectInput(request.stdinEmpty() ? Redirect.from(DEV_NULL.toFile()) : Redirect.PIPE);
    Map<String, String> environment = builder.environment();
    environment.clear();
    environment.putAll(request.environment());
    JdkProcess process = new JdkProcess(started(builder, request), output);
    running.incrementAndGet();
    process.ended().whenComplete((status, lost) -> running.decrementAndGet());
    if (!request.stdinEmpty()) {
      process.feed(request.stdin());
    }
    poller.add(process);
    return process;
  }

  @Override
  public void close() {
    closed = true;
    poller.close();
  }

  /** Rejects what setsid would report only by an exit code. */
  private static void check(ProcessRequest request) throws LaunchException {
    Path program = request.directory().resolve(request.program());
    if (request.program().indexOf('/') < 0) {
      throw new LaunchException(
          Reason.NO_PROGRAM, request.program() + " is not a path, use a name with a slash");
    }
    if (!Files.isDirectory(request.directory())) {
      throw Errno.launch(Errno.ENOTDIR, request);
    }
    if (!Files.exists(program)) {
      throw Errno.launch(Errno.ENOENT, request);
    }
    if (!Files.isExecutable(program) || Files.isDirectory(program)) {
      throw Errno.launch(Errno.EACCES, request);
    }
  }

  private static Process started(ProcessBuilder builder, ProcessRequest request)
      throws LaunchException {
    try {
      return builder.start();
    } catch (IOException e) {
      throw reason(e, request);
    } catch (OutOfMemoryError e) {
      // The JDK cannot create the thread that waits for the process. The process may already run,
      // so the start must not be retried.
      throw new LaunchException(
          Reason.OTHER, "lost " + request.program() + " while starting it: out of threads");
    }
  }

  /** Converts an exception of the JDK, which has the error number only in its message. */
  private static LaunchException reason(IOException e, ProcessRequest request) {
    Matcher number = ERROR.matcher(String.valueOf(e.getMessage()));
    if (number.find()) {
      return Errno.launch(Integer.parseInt(number.group(1)), request);
    }
    boolean files = String.valueOf(e.getMessage()).contains("Too many open files");
    return files
        ? Errno.launch(Errno.EMFILE, request)
        : new LaunchException(
            Reason.OTHER, "cannot start " + request.program() + ": " + e.getMessage());
  }
}
