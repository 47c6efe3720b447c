// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.job;

import io.github.camelcrond.config.JsonException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What a journal file says: runs that waited or were in flight when it ended, and which ends are
 * owed.
 */
final class JournalReplay {
  private final Map<String, JournalEvent.Waiting> waiting = new LinkedHashMap<>();
  private final Map<String, JournalEvent.Started> flying = new LinkedHashMap<>();
  private final Set<String> owed = new LinkedHashSet<>();
  private final Set<String> told = new HashSet<>();
  private final Map<String, String> outputs = new HashMap<>();
  private final Map<String, Instant> settled = new HashMap<>();

  private JournalReplay() {}

  /**
   * Reads {@code file}; one that is not there is empty. Lines that cannot be read are passed over.
   */
  static JournalReplay of(Path file) throws IOException {
    JournalReplay replay = new JournalReplay();
    eachLine(
        file,
        line -> {
          replay.take(line);
          return true;
        });
    return replay;
  }

  /** At most {@code max} ends in {@code file} of which {@code wanted} takes the run-id. */
  static List<RunEnd> ends(Path file, int max, Predicate<String> wanted) throws IOException {
    List<RunEnd> ends = new ArrayList<>();
    eachLine(
        file,
        line -> {
          if (line.startsWith("{\"event\":\"ended\"")
              && JournalLine.read(line) instanceof JournalEvent.Ended ended
              && wanted.test(ended.end().run())) {
            ends.add(ended.end());
          }
          return ends.size() < max;
        });
    return ends;
  }

  /** Writes the lines of {@code file} that concern the runs in {@code open} to {@code out}. */
  static void copy(Path file, Set<String> open, Writer out) throws IOException {
    eachLine(
        file,
        line -> {
          if (open.contains(run(JournalLine.read(line)))) {
            out.write(line);
            out.write('\n');
          }
          return true;
        });
  }

  /** Runs that waited for their turn, in the order in which they came. */
  List<JournalEvent.Waiting> waiting() {
    return List.copyOf(waiting.values());
  }

  /** Runs that were started and did not end, in the order of their start. */
  List<JournalEvent.Started> flying() {
    return List.copyOf(flying.values());
  }

  /** Runs whose ends the store does not have. */
  Set<String> owed() {
    return owed;
  }

  /** Runs of whose ends whoever is to know has been told. */
  Set<String> told() {
    return told;
  }

  /** CRON_OUTPUT by run-id, of the runs in {@link #owed} whose jobs had it. */
  Map<String, String> outputs() {
    return outputs;
  }

  /** The last scheduled instant that the ends deal with, by job-id. */
  Map<String, Instant> settled() {
    return settled;
  }

  /** Notes in {@code settled} what {@code end} deals with. */
  static void settle(RunEnd end, Map<String, Instant> settled) {
    if (end.settles()) {
      settled.merge(end.job(), end.scheduled(), (a, b) -> a.isAfter(b) ? a : b);
    }
  }

  private void take(String line) {
    try {
      JournalEvent event = JournalLine.read(line);
      if (event instanceof JournalEvent.Waiting due) {
        waiting.put(due.run(), due);
      } else if (event instanceof JournalEvent.Started started) {
        waiting.remove(started.run());
        flying.put(started.run(), started);
      } else if (event instanceof JournalEvent.Running running) {
        flying.computeIfPresent(running.run(), (run, started) -> started.withPid(running.pid()));
      } else if (event instanceof JournalEvent.Ended ended) {
        waiting.remove(ended.end().run());
        flying.remove(ended.end().run());
        owed.add(ended.end().run());
        ended.output().ifPresent(output -> outputs.put(ended.end().run(), output));
        settle(ended.end(), settled);
      } else if (event instanceof JournalEvent.Told published) {
        told.add(published.run());
      } else if (event instanceof JournalEvent.Stored stored) {
        stored.runs().forEach(owed::remove);
        stored.runs().forEach(outputs::remove);
        stored.runs().forEach(told::remove);
        waiting.keySet().removeAll(stored.runs());
        flying.keySet().removeAll(stored.runs());
      }
    } catch (JsonException e) {
      // torn by a crash; what the other lines say holds
    }
  }

  /** Of one run; events of several are history and belong to none. */
  private static String run(JournalEvent event) {
    if (event instanceof JournalEvent.Waiting waiting) {
      return waiting.run();
    }
    if (event instanceof JournalEvent.Started started) {
      return started.run();
    }
    if (event instanceof JournalEvent.Running running) {
      return running.run();
    }
    if (event instanceof JournalEvent.Told told) {
      return told.run();
    }
    return event instanceof JournalEvent.Ended ended ? ended.end().run() : "";
  }

  private interface Line {
    boolean take(String line) throws IOException;
  }

  private static void eachLine(Path file, Line visitor) throws IOException {
    // Not Files.newBufferedReader: a torn line may end inside a character, which is no error here.
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        if (!line.isEmpty() && !visit(visitor, line)) {
          return;
        }
      }
    } catch (NoSuchFileException e) {
      // nothing was journalled yet
    }
  }

  private static boolean visit(Line visitor, String line) throws IOException {
    try {
      return visitor.take(line);
    } catch (JsonException e) {
      return true;
    }
  }
}
