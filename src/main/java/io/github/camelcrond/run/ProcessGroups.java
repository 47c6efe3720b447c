// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Finds the runs of a dead daemon whose processes are still alive. Source: proc(5), {@code
 * /proc/PID/stat}.
 */
final class ProcessGroups {
  private static final Duration TOLERANCE = Duration.ofSeconds(5);
  private static final int GROUP_AFTER_NAME = 2;

  private ProcessGroups() {}

  /** The process groups of {@code runs} that live; the pids of another container never do. */
  static Set<Long> alive(List<JournalEvent.Started> runs) {
    Map<Long, Instant> wanted =
        runs.stream()
            .filter(run -> run.pid() > 1)
            .collect(
                Collectors.toMap(
                    JournalEvent.Started::pid, JournalEvent.Started::started, (a, b) -> b));
    Set<Long> alive = new TreeSet<>();
    if (wanted.isEmpty()) {
      return alive;
    }
    Instant here = start(ProcessHandle.current().pid()).orElse(Instant.MAX);
    try {
      eachProcess(
          (pid, group) -> {
            if (wanted.containsKey(group) && fits(pid, group, wanted.get(group), here)) {
              alive.add(group);
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
    eachProcess((pid, group) -> living.add(group));
    living.retainAll(groups);
    return living;
  }

  /** Calls {@code visitor} with each process and its group, -1 for a zombie. */
  private static void eachProcess(BiConsumer<Long, Long> visitor) {
    try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
      processes
          .filter(process -> process.getFileName().toString().matches("\\d+"))
          .forEach(
              process ->
                  visitor.accept(Long.parseLong(process.getFileName().toString()), group(process)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The leader started with the run; others of the group later, but before this daemon. Numbers are
   * given again, above all in a new container.
   */
  private static boolean fits(long pid, long group, Instant started, Instant here) {
    Instant from = started.minus(TOLERANCE);
    Instant to = pid == group ? started.plus(TOLERANCE) : here;
    return start(pid).filter(at -> !at.isBefore(from) && !at.isAfter(to)).isPresent();
  }

  private static Optional<Instant> start(long pid) {
    return ProcessHandle.of(pid).flatMap(process -> process.info().startInstant());
  }

  private static long group(Path process) {
    Path file = process.resolve("stat");
    try {
      String stat = Files.readString(file, StandardCharsets.ISO_8859_1);
      // The name, in parentheses, may hold anything, parentheses and blanks too.
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
      return fields[0].equals("Z") ? -1 : Long.parseLong(fields[GROUP_AFTER_NAME]);
    } catch (IOException e) {
      if (Files.isReadable(file)) {
        throw new UncheckedIOException(e);
      }
      return -1;
    }
  }
}
