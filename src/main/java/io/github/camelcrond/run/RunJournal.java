// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.run;

import io.github.camelcrond.camel.CalledByRoute;
import io.github.camelcrond.config.JsonException;
import io.github.camelcrond.disk.DamagedRecordException;
import io.github.camelcrond.disk.RecordLog;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the runs that wait, are in progress or are not in the store yet on local disk, so that a
 * kill -9 loses no record of them. Each has one record in a {@link RecordLog}; the heap holds only
 * the numbers of the records.
 */
public final class RunJournal implements Closeable {
  /**
   * The maximum number of ends kept while the store is down, fewer with a small heap; further ones
   * are lost.
   */
  public static final int MAX_PENDING = 100_000;

  /** Estimated bytes of heap that a pending end takes, here and in the log. */
  private static final int HEAP_PER_PENDING = 300;

  private static final Logger LOG = LoggerFactory.getLogger("crond.run");
  private static final int BATCH = 500;
  private static final int BATCH_CHARACTERS = 1 << 20;
  private static final String NONE = "none";

  private final RecordLog log;
  private final String host;
  private final Clock clock;
  private final int outputLimit;
  private final StartClock startClock = new StartClock();
  private final int maxPending;
  private final long maxUnwritten;
  private final Map<String, JournaledRun> open = new HashMap<>();
  private final Map<String, Long> pending = new LinkedHashMap<>();
  private final Map<String, Long> published = new LinkedHashMap<>();
  private final Map<String, String> unpublished = new LinkedHashMap<>();
  private final Map<String, AccountedFirings> accountedFor = new HashMap<>();
  private List<JournalEvent.Started> survivors = List.of();
  private boolean full;

  /** A run without an end: the number of its record, and its start if it has started. */
  private record JournaledRun(long record, Optional<JournalEvent.Started> started) {}

  /**
   * A journal that keeps its records in {@code log}, which it closes.
   *
   * @param outputLimit characters of a run's output that its record keeps
   */
  public RunJournal(RecordLog log, String host, Clock clock, int outputLimit) {
    this.log = log;
    this.host = host;
    this.clock = clock;
    this.outputLimit = outputLimit;
    long heap = Runtime.getRuntime().maxMemory();
    this.maxPending = (int) Math.min(MAX_PENDING, heap / 8 / HEAP_PER_PENDING);
    this.maxUnwritten = Math.min(32 << 20, heap / 16);
  }

  /** Notes that {@code run} has to wait. Further calls have no effect. */
  public void waiting(Run run) {
    byte[] record =
        JournalLine.of(
            new JournalEvent.Waiting(
                run.id(), run.job().id(), run.scheduled(), run.cause().text(), host, run.note()));
    synchronized (this) {
      if (open.containsKey(run.id())) {
        return;
      }
      open.put(run.id(), new JournaledRun(log.add(record), Optional.empty()));
    }
    log.flush();
  }

  /**
   * Notes that another replica or worker executes {@code run}, which therefore does not end here.
   */
  public void left(Run run) {
    synchronized (this) {
      JournaledRun left = open.remove(run.id());
      if (left == null) {
        return;
      }
      log.remove(left.record());
    }
    log.flush();
  }

  /** Notes that {@code run} is about to start; {@link #running} notes its process. */
  public void started(Run run, Instant started) {
    JournalEvent.Started start =
        new JournalEvent.Started(
            run.id(),
            run.job().id(),
            run.scheduled(),
            run.cause().text(),
            started,
            host,
            run.delivery(),
            0,
            0);
    byte[] record = JournalLine.of(start);
    synchronized (this) {
      JournaledRun before = open.get(start.run());
      long number = before == null ? log.add(record) : before.record();
      if (before != null) {
        log.put(number, record);
      }
      open.put(start.run(), new JournaledRun(number, Optional.of(start)));
    }
    log.flush();
  }

  /** Notes the process of a started run, which leads its own process group. */
  public void running(String runId, long pid) {
    long booted = startClock.started(pid);
    synchronized (this) {
      JournaledRun run = open.get(runId);
      if (run == null || run.started().isEmpty()) {
        return;
      }
      JournalEvent.Started start = run.started().get().withProcess(pid, booted);
      log.put(run.record(), JournalLine.of(start));
      open.put(runId, new JournaledRun(run.record(), Optional.of(start)));
    }
    log.flush();
  }

  /**
   * Notes that a run has ended and returns its record, the output cut to what is kept.
   *
   * @param output CRON_OUTPUT of its job
   */
  public RunEnd ended(RunEnd end, Optional<String> output) {
    RunEnd cut = OutputTruncation.of(end, outputLimit);
    byte[] record = JournalLine.of(new JournalEvent.Ended(cut, output));
    synchronized (this) {
      // First the end, then what it makes obsolete: no kill in between loses both.
      if (pending.size() >= maxPending || log.unwrittenBytes() + record.length > maxUnwritten) {
        drop();
      } else {
        full = false;
        pending.put(end.run(), log.add(record));
      }
      JournaledRun before = open.remove(end.run());
      if (before != null) {
        log.remove(before.record());
      }
    }
    log.flush();
    return cut;
  }

  private void drop() {
    if (!full) {
      full = true;
      LOG.atWarn()
          .addKeyValue("pending", pending.size())
          .log("too many pending run records, dropping further ones until the store is up");
    }
  }

  /** Notes that the end of a run is published: its messages are in the spool. */
  @CalledByRoute
  public void notePublished(String runId) {
    byte[] record = JournalLine.of(new JournalEvent.Published(runId));
    synchronized (this) {
      unpublished.remove(runId);
      if (!pending.containsKey(runId) || published.containsKey(runId)) {
        return;
      }
      published.put(runId, log.add(record));
    }
    log.flush();
  }

  /**
   * CRON_OUTPUT of the job of {@code end}, which an earlier daemon left unpublished; empty if it
   * had none, {@code none} for a run of which only the start is known.
   */
  @CalledByRoute
  public synchronized String outputEndpoint(RunEnd end) {
    return unpublished.getOrDefault(end.run(), NONE);
  }

  /** Notes that the store has the records of these runs. */
  @CalledByRoute
  public void noteStored(Collection<RunEnd> ends) {
    synchronized (this) {
      for (RunEnd end : ends) {
        remove(pending.remove(end.run()));
        remove(published.remove(end.run()));
      }
    }
    log.flush();
  }

  private void remove(Long record) {
    if (record != null) {
      log.remove(record);
    }
  }

  /** The number of ended runs that the store does not have. */
  public synchronized int pendingCount() {
    return pending.size();
  }

  /**
   * The published ends that the store does not have, the oldest 500 of them or fewer; empty if
   * there are none, or if they cannot be read at present. An end that is not published yet stays
   * here until it is: once the store had its record, a kill would lose its messages.
   */
  @CalledByRoute
  public List<RunEnd> pendingEnds() {
    List<String> runs;
    synchronized (this) {
      runs = published.keySet().stream().limit(BATCH).toList();
    }
    // A record must not reach the store before it is durable here: after a kill in between, the run
    // would count as interrupted.
    log.flush();
    List<RunEnd> ends = new ArrayList<>(runs.size());
    long characters = 0;
    for (String run : runs) {
      Optional<RunEnd> end = read(run);
      end.ifPresent(ends::add);
      characters += end.map(e -> e.output().length()).orElse(0);
      if (characters > BATCH_CHARACTERS) {
        break;
      }
    }
    return ends;
  }

  private Optional<RunEnd> read(String run) {
    Long record;
    synchronized (this) {
      record = pending.get(run);
    }
    try {
      Optional<byte[]> found = record == null ? Optional.empty() : log.read(record);
      if (found.isPresent()
          && JournalLine.read(new String(found.get(), StandardCharsets.UTF_8))
              instanceof JournalEvent.Ended ended) {
        return Optional.of(ended.end());
      }
    } catch (DamagedRecordException | JsonException e) {
      lost(run, e);
    } catch (IOException e) {
      LOG.atWarn().addKeyValue("reason", e.getMessage()).log("cannot read run journal, retrying");
    }
    return Optional.empty();
  }

  private synchronized void lost(String run, Exception e) {
    remove(pending.remove(run));
    remove(published.remove(run));
    LOG.atWarn()
        .addKeyValue("run", run)
        .addKeyValue("reason", e.getMessage())
        .log("run record lost");
  }

  /**
   * Reads the records of the last daemon and returns the ends that may not have been published:
   * those that it did not publish, and one with outcome interrupted for each run that waited or was
   * in progress. Runs from the queue have none, as the broker delivers their requests again. Must
   * be called once, before any other method.
   */
  @CalledByRoute
  public Iterator<RunEnd> recoverEnds() throws IOException {
    JournalContents left = new JournalContents();
    log.forEach(left::take);
    synchronized (this) {
      left.pending.forEach((run, end) -> pending.put(run, end.record()));
      left.published.forEach(this::keepPublished);
      left.pending.forEach(this::keepUnpublished);
      accountedFor.putAll(left.accountedFor);
    }
    Set<Long> groups = ProcessGroups.alive(left.started());
    List<JournalEvent.Started> alive =
        left.started().stream().filter(run -> groups.contains(run.pid())).toList();
    synchronized (this) {
      survivors = alive;
    }
    left.obsolete().forEach(log::remove);
    left.interrupted(alive, clock).forEach(this::interrupted);
    List<String> runs = List.copyOf(unpublished.keySet());
    return runs.stream().flatMap(run -> read(run).stream()).iterator();
  }

  private void keepPublished(String run, long record) {
    if (pending.containsKey(run)) {
      published.put(run, record);
    } else {
      log.remove(record);
    }
  }

  private void keepUnpublished(String run, JournalContents.PendingEnd end) {
    if (!published.containsKey(run)) {
      unpublished.put(run, end.output());
    }
  }

  private void interrupted(long record, RunEnd end) {
    synchronized (this) {
      unpublished.put(end.run(), NONE);
      JournalContents.account(end, accountedFor);
      open.put(end.run(), new JournaledRun(record, Optional.empty()));
    }
    ended(end, Optional.of(NONE));
  }

  /**
   * The firings that earlier daemons accounted for, by job-id, as far as {@link #recoverEnds} has
   * found them; the store may not know of them yet.
   */
  public synchronized Map<String, AccountedFirings> accountedFor() {
    return Map.copyOf(accountedFor);
  }

  /**
   * Runs of earlier daemons whose processes still live, as far as {@link #recoverEnds} has found
   * them.
   */
  synchronized List<JournalEvent.Started> survivors() {
    return survivors;
  }

  @Override
  public void close() {
    log.close();
  }
}
