// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.run;

import io.github.camelcrond.config.JsonException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The run journal of version 0.1.0, a file with one event a line in JSON. Read once, in two passes:
 * what is still to be kept, then those lines.
 */
final class LegacyJournal {
  private final Map<String, JournalEvent> open = new LinkedHashMap<>();
  private final Set<String> pending = new LinkedHashSet<>();
  private final Set<String> published = new LinkedHashSet<>();

  private LegacyJournal() {}

  /** Shows the events in {@code file} that still matter, those of one run in their order. */
  static void read(Path file, Consumer<JournalEvent> visitor) throws IOException {
    LegacyJournal journal = new LegacyJournal();
    eachLine(file, journal::take);
    journal.open.values().forEach(visitor);
    eachLine(
        file,
        event -> {
          if (event instanceof JournalEvent.Ended ended
              && journal.pending.remove(ended.end().run())) {
            visitor.accept(event);
          }
        });
    journal.published.forEach(run -> visitor.accept(new JournalEvent.Published(run)));
  }

  private void take(JournalEvent event) {
    if (event instanceof JournalEvent.Waiting waiting) {
      open.put(waiting.run(), waiting);
    } else if (event instanceof JournalEvent.Started started) {
      open.put(started.run(), started);
    } else if (event instanceof JournalEvent.Running running) {
      open.computeIfPresent(
          running.run(),
          (run, start) ->
              start instanceof JournalEvent.Started known ? known.withPid(running.pid()) : start);
    } else if (event instanceof JournalEvent.Ended ended) {
      open.remove(ended.end().run());
      pending.add(ended.end().run());
    } else if (event instanceof JournalEvent.Published done) {
      published.add(done.run());
    } else if (event instanceof JournalEvent.Stored stored) {
      forget(stored.runs());
    }
  }

  private void forget(Collection<String> runs) {
    open.keySet().removeAll(runs);
    runs.forEach(pending::remove);
    runs.forEach(published::remove);
  }

  private static void eachLine(Path file, Consumer<JournalEvent> visitor) throws IOException {
    // Not Files.newBufferedReader: a line may end in the middle of a character.
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        event(line, visitor);
      }
    }
  }

  private static void event(String line, Consumer<JournalEvent> visitor) {
    try {
      visitor.accept(JournalLine.read(line));
    } catch (JsonException e) {
      // An incomplete line, left by a write that was cut off; the others hold.
    }
  }
}
