// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Finds the runs of a dead daemon whose processes are still alive. Source: proc(5), {@code
 * /proc/PID/stat}.
 */
final class ProcessGroups {
  private static final Path PROC = Path.of("/proc");
  private static final long TOLERANCE_MILLIS = 5_000;

  private ProcessGroups() {}

  /**
   * A process that is not a zombie.
   *
   * @param started in milliseconds after the boot of the machine
   */
  private record Status(long pid, long group, long started) {
    /** Fields of {@code /proc/PID/stat}, counted from the one after the name. */
    private static final int STATE = 0;

    private static final int GROUP = 2;
    private static final int START_TIME = 19;

    /** A tick of USER_HZ, which is 100 on all platforms. */
    private static final int TICK_MILLIS = 10;

    /** The process of that folder; empty if it has ended. */
    static Optional<Status> of(Path process) {
      Path file = process.resolve("stat");
      try {
        String stat = Files.readString(file, StandardCharsets.ISO_8859_1);
        // The name, in parentheses, may contain anything, parentheses and spaces too.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return fields[STATE].equals("Z")
            ? Optional.empty()
            : Optional.of(
                new Status(
                    Long.parseLong(process.getFileName().toString()),
                    Long.parseLong(fields[GROUP]),
                    Long.parseLong(fields[START_TIME]) * TICK_MILLIS));
      } catch (IOException e) {
        if (Files.isReadable(file)) {
          throw new UncheckedIOException(e);
        }
        return Optional.empty();
      }
    }

    /**
     * Pids are reused, above all in a new container: the leader of a group started with the run,
     * other members later, but before this daemon.
     */
    boolean belongsTo(JournalEvent.Started run, long daemonStarted) {
      long from = run.booted() - TOLERANCE_MILLIS;
      long to = pid == group ? run.booted() + TOLERANCE_MILLIS : daemonStarted;
      return from <= started && started <= to;
    }
  }

  /**
   * When the process {@code pid} started, in milliseconds after the boot; 0 if it has ended or this
   * cannot be determined.
   */
  static long started(long pid) {
    try {
      return Status.of(PROC.resolve(Long.toString(pid))).map(Status::started).orElse(0L);
    } catch (UncheckedIOException e) {
      return 0;
    }
  }

  /** The process groups of {@code runs} that are alive; never those of another container. */
  static Set<Long> alive(List<JournalEvent.Started> runs) {
    Map<Long, JournalEvent.Started> wanted =
        runs.stream()
            .filter(run -> run.pid() > 1 && run.booted() > 0)
            .collect(Collectors.toMap(JournalEvent.Started::pid, run -> run, (a, b) -> b));
    Set<Long> alive = new TreeSet<>();
    if (wanted.isEmpty()) {
      return alive;
    }
    long daemonStarted = started(ProcessHandle.current().pid());
    try {
      eachProcess(
          process -> {
            JournalEvent.Started run = wanted.get(process.group());
            if (run != null && process.belongsTo(run, daemonStarted)) {
              alive.add(process.group());
            }
          });
    } catch (UncheckedIOException e) {
      // Without /proc, survivors cannot be distinguished from unrelated processes.
    }
    return alive;
  }

  /**
   * Those of {@code groups} that have a process which is not a zombie.
   *
   * @throws UncheckedIOException if that cannot be determined now, as too many files are open
   */
  static Set<Long> living(Set<Long> groups) {
    Set<Long> living = new TreeSet<>();
    eachProcess(process -> living.add(process.group()));
    living.retainAll(groups);
    return living;
  }

  private static void eachProcess(Consumer<Status> visitor) {
    try (Stream<Path> processes = Files.list(PROC)) {
      processes
          .filter(process -> process.getFileName().toString().matches("\\d+"))
          .forEach(process -> Status.of(process).ifPresent(visitor));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
