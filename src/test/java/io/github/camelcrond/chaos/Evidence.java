// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.chaos;

import io.github.camelcrond.run.RunJournalTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a proof keeps to explain a loss: the faults with their instants, the log of every daemon,
 * and what each killed daemon left in journal and spool.
 */
final class Evidence {
  /** Lines printed for a run. */
  private static final int LINES = 60;

  private final Path faults;
  private final Path logs;
  private final Path left;

  Evidence(Path folder) {
    this.faults = folder.resolve("faults");
    this.logs = folder.resolve("daemon.logs");
    this.left = folder.resolve("left");
  }

  /** Notes that something happens now. */
  void note(String event) throws IOException {
    append(faults, List.of(Instant.now() + " " + event));
  }

  /** Keeps the log of a daemon that has ended, and what is in its {@code store}. */
  void keep(List<String> log, Path store) throws IOException {
    append(logs, log);
    String at = Instant.now() + " ";
    for (String name : List.of("journal", "spool")) {
      // The messages have a length in front, which is binary.
      append(
          left,
          RunJournalTest.records(store, name).stream()
              .map(record -> at + name + " " + record.replaceAll("\\p{Cntrl}+", " "))
              .toList());
    }
  }

  /** All that names {@code run}, among the faults of that time, in the order of time. */
  List<String> about(String run) throws IOException {
    List<String> naming =
        Stream.concat(lines(logs), lines(left))
            .filter(line -> line.contains(run))
            .sorted()
            .toList();
    if (naming.isEmpty()) {
      return List.of("nothing is known of it");
    }
    // A line begins with its instant; some seconds around those of the run.
    Instant first = instant(naming.get(0)).minusSeconds(10);
    Instant last = instant(naming.get(naming.size() - 1)).plusSeconds(5);
    return Stream.concat(
            naming.stream(),
            lines(faults)
                .filter(line -> instant(line).isAfter(first) && instant(line).isBefore(last)))
        .sorted()
        .limit(LINES)
        .toList();
  }

  private static Instant instant(String line) {
    return Instant.parse(line.substring(0, line.indexOf(' ')));
  }

  /** The lines that begin with an instant, unlike those of a stack trace. */
  private static Stream<String> lines(Path file) throws IOException {
    List<String> all = Files.exists(file) ? Files.readAllLines(file) : List.of();
    return all.stream().filter(line -> line.matches("\\d{4}-\\d\\d-\\d\\dT\\S+Z .*"));
  }

  private static void append(Path file, List<String> lines) throws IOException {
    Files.write(file, lines, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }
}
