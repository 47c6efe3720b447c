// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.run;

import io.github.camelcrond.config.JsonException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * The contents of a run journal, by run-id, each with the number of its record: runs that waited or
 * were in progress when the last daemon ended, and runs that have ended but are not in the store.
 */
final class JournalContents {
  private static final Logger LOG = LoggerFactory.getLogger("crond.run");

  final Map<String, OpenRun> open = new LinkedHashMap<>();
  final Map<String, PendingEnd> pending = new LinkedHashMap<>();

  /** Numbers of the records that the end of a run is published, by run-id. */
  final Map<String, Long> published = new LinkedHashMap<>();

  /** The firings that are accounted for, by job-id. */
  final Map<String, AccountedFirings> accountedFor = new HashMap<>();

  /** A run without an end; {@code event} is its wait or its start. */
  record OpenRun(long record, JournalEvent event) {}

  /** A run whose end is not in the store; {@code output} is CRON_OUTPUT of its job, or empty. */
  record PendingEnd(long record, String output) {}

  /** Reads a record; one that cannot be read is skipped with a warning. */
  void take(long number, byte[] record) {
    try {
      take(number, JournalLine.read(new String(record, StandardCharsets.UTF_8)));
    } catch (JsonException e) {
      LOG.atWarn()
          .addKeyValue("reason", e.getMessage())
          .log("skipping unreadable record of the run journal");
    }
  }

  private void take(long number, JournalEvent event) {
    if (event instanceof JournalEvent.Waiting waiting) {
      open.put(waiting.run(), new OpenRun(number, waiting));
    } else if (event instanceof JournalEvent.Started started) {
      open.put(started.run(), new OpenRun(number, started));
    } else if (event instanceof JournalEvent.Ended ended) {
      RunEnd end = ended.end();
      pending.put(end.run(), new PendingEnd(number, ended.output().orElse("")));
      account(end, accountedFor);
    } else if (event instanceof JournalEvent.Published done) {
      published.put(done.run(), number);
    }
  }

  /**
   * The records of runs that do not end here: those whose end is known, as the daemon may be killed
   * before it removes their start; and those from the queue, whose end is recorded by the worker
   * that gets the request next.
   */
  List<Long> obsolete() {
    return open.entrySet().stream()
        .filter(
            run ->
                pending.containsKey(run.getKey())
                    || run.getValue().event() instanceof JournalEvent.Started started
                        && started.delivery() > 0)
        .map(run -> run.getValue().record())
        .toList();
  }

  /**
   * An end with the outcome interrupted for each other run without an end, by the number of its
   * record. Each is logged.
   *
   * @param alive runs whose processes are still alive
   */
  Map<Long, RunEnd> interrupted(List<JournalEvent.Started> alive, Clock clock) {
    Map<Long, RunEnd> ends = new LinkedHashMap<>();
    for (OpenRun run : unended()) {
      if (run.event() instanceof JournalEvent.Waiting waiting) {
        ends.put(
            run.record(),
            end(
                waiting,
                Optional.empty(),
                waiting.note().map(note -> note + "; ").orElse("")
                    + "the daemon was killed before the run started",
                Optional.empty(),
                clock));
      } else if (run.event() instanceof JournalEvent.Started started && started.delivery() == 0) {
        boolean lives = alive.contains(started);
        // The start was noted before the launch, which may not have happened; a message has no
        // process.
        boolean known = started.pid() != 0;
        ends.put(
            run.record(),
            end(
                started.waited(),
                Optional.of(started.started()),
                known
                    ? "the daemon was killed during the run"
                        + (lives ? ", its process is still running" : "")
                    : "the daemon was killed before the run ended, it may not have started",
                Optional.of(started.pid()).filter(pid -> lives),
                clock));
      }
    }
    return ends;
  }

  /** The runs that were started and did not end, in the order of their start. */
  List<JournalEvent.Started> started() {
    return unended().stream()
        .map(OpenRun::event)
        .filter(JournalEvent.Started.class::isInstance)
        .map(JournalEvent.Started.class::cast)
        .toList();
  }

  /**
   * Runs without an end, except those whose end is known: the daemon may be killed between the
   * record of an end and the removal of the start.
   */
  private Collection<OpenRun> unended() {
    Map<String, OpenRun> left = new LinkedHashMap<>(open);
    left.keySet().removeAll(pending.keySet());
    return left.values();
  }

  private static RunEnd end(
      JournalEvent.Waiting run,
      Optional<Instant> started,
      String reason,
      Optional<Long> group,
      Clock clock) {
    LoggingEventBuilder event =
        LOG.atWarn().addKeyValue("job", run.job()).addKeyValue("run", run.run());
    group.ifPresent(pid -> event.addKeyValue("group", pid));
    event.addKeyValue("reason", reason).log("job interrupted");
    return new RunEnd(
        run.job(),
        run.run(),
        Outcome.INTERRUPTED.text(),
        Optional.empty(),
        Optional.empty(),
        Optional.of(reason),
        run.cause(),
        run.scheduled(),
        started,
        clock.instant(),
        run.host(),
        started.isPresent() ? 1 : 0,
        false,
        "",
        Optional.empty());
  }

  /** Notes the firings that {@code end} accounts for, if it does. */
  static void account(RunEnd end, Map<String, AccountedFirings> firings) {
    if (end.accountsForFiring()) {
      firings.computeIfAbsent(end.job(), id -> new AccountedFirings()).add(end);
    }
  }
}
