// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.job;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * The runs that wait, are in flight or are owed to the store, on local disk, so that a kill -9
 * loses no record. One JSON line an event, appended by plain writes: they outlive the process, not
 * the machine.
 */
public final class RunJournal implements Closeable {
  /** So many ends are held for a store that is down; later ones are dropped. */
  public static final int MAX_OWED = 100_000;

  private static final Logger LOG = LoggerFactory.getLogger(RunJournal.class);
  // An end may be large; those of a long outage must not fill the memory.
  private static final int MAX_RECOVERED = 1_000;
  private static final String NOBODY = "none";

  private final Optional<JournalFile> file;
  private final String host;
  private final Clock clock;
  private final int outputLimit;
  private final Set<String> flying = new HashSet<>();
  private final Set<String> owed = new HashSet<>();
  private final Map<String, String> untold = new HashMap<>();
  private final Map<String, Instant> settled = new HashMap<>();
  private List<JournalEvent.Started> survivors = List.of();
  private boolean full;

  private RunJournal(Optional<JournalFile> file, String host, Clock clock, int outputLimit) {
    this.file = file;
    this.host = host;
    this.clock = clock;
    this.outputLimit = outputLimit;
  }

  /**
   * The journal in {@code path}, which need not exist; its folder does. Nobody else may have it
   * open.
   *
   * @param outputLimit characters of a run's output that its record keeps
   */
  public static RunJournal open(Path path, String host, Clock clock, int outputLimit) {
    return new RunJournal(Optional.of(new JournalFile(path)), host, clock, outputLimit);
  }

  /** A journal that keeps nothing, for a folder that cannot be written. */
  public static RunJournal none(String host, Clock clock, int outputLimit) {
    return new RunJournal(Optional.empty(), host, clock, outputLimit);
  }

  /** Whether what is written here outlives the process. */
  public synchronized boolean kept() {
    return file.filter(JournalFile::writable).isPresent();
  }

  /**
   * Notes that {@code run} is due and waits for its turn; does nothing if that is known, or if it
   * has started.
   */
  public void waiting(Run run) {
    byte[] line =
        JournalLine.of(
            new JournalEvent.Waiting(
                run.id(), run.job().id(), run.scheduled(), run.cause().text(), host));
    synchronized (this) {
      if (flying.add(run.id())) {
        append(line);
      }
    }
  }

  /** Notes that {@code run}, which may have waited, is somebody else's: it has no end here. */
  public synchronized void left(Run run) {
    if (flying.remove(run.id())) {
      append(JournalLine.of(new JournalEvent.Stored(List.of(run.id()))));
    }
  }

  /** Notes that {@code run} is about to start; {@code pid} is 0 if it is not known yet. */
  public void started(Run run, Instant started, long pid) {
    byte[] line =
        JournalLine.of(
            new JournalEvent.Started(
                run.id(),
                run.job().id(),
                run.scheduled(),
                run.cause().text(),
                started,
                host,
                run.delivery(),
                pid));
    synchronized (this) {
      flying.add(run.id());
      append(line);
    }
  }

  /** Notes the process of a started run, which leads its own process group. */
  public void running(String runId, long pid) {
    byte[] line = JournalLine.of(new JournalEvent.Running(runId, pid));
    synchronized (this) {
      append(line);
    }
  }

  /**
   * Notes that a run has ended and returns its record, the output cut to what is kept.
   *
   * @param output CRON_OUTPUT of its job
   */
  public RunEnd ended(RunEnd end, Optional<String> output) {
    RunEnd cut = cut(end);
    byte[] line = JournalLine.of(new JournalEvent.Ended(cut, output));
    synchronized (this) {
      flying.remove(end.run());
      if (owed.size() >= MAX_OWED) {
        drop(end.run());
      } else {
        full = false;
        owed.add(end.run());
        append(line);
      }
    }
    return cut;
  }

  /** {@code end} with no more output than a record keeps. */
  public RunEnd cut(RunEnd end) {
    return OutputCut.of(end, outputLimit);
  }

  private void drop(String runId) {
    append(JournalLine.of(new JournalEvent.Stored(List.of(runId))));
    if (!full) {
      full = true;
      LOG.atWarn()
          .addKeyValue("owed", MAX_OWED)
          .log("run records are lost until the store is back, as too many wait for it");
    }
  }

  /** Notes that whoever is to know of the end of a run has been told. */
  public void told(String runId) {
    byte[] line = JournalLine.of(new JournalEvent.Told(runId));
    synchronized (this) {
      untold.remove(runId);
      if (owed.contains(runId)) {
        append(line);
      }
    }
  }

  /** Whether nobody may have been told of {@code end}, which an earlier daemon left. */
  public synchronized boolean untold(RunEnd end) {
    return untold.containsKey(end.run());
  }

  /**
   * CRON_OUTPUT of the job of {@code end}, of whose end nobody may have been told; empty if it had
   * none, {@code none} for a run of which only the start is known.
   */
  public synchronized String output(RunEnd end) {
    return untold.getOrDefault(end.run(), NOBODY);
  }

  /** Notes that the store has the run's record. */
  public void stored(String runId) {
    stored(List.of(runId));
  }

  /** Notes that the store has the records of these runs. */
  public void stored(Collection<String> runIds) {
    byte[] line = JournalLine.of(new JournalEvent.Stored(List.copyOf(runIds)));
    synchronized (this) {
      owed.removeAll(Set.copyOf(runIds));
      append(line);
      compact();
    }
  }

  /** How many ends the store does not have yet. */
  public synchronized int owed() {
    return owed.size();
  }

  /**
   * The oldest journalled ends that the store does not have, leaving out those that {@code except}
   * takes; at most {@code max}.
   */
  public synchronized List<RunEnd> owed(int max, Predicate<String> except) {
    if (file.isEmpty()) {
      return List.of();
    }
    try {
      return JournalReplay.ends(
          file.get().path(), max, id -> owed.contains(id) && !except.test(id));
    } catch (IOException e) {
      file.get().failed(e);
      return List.of();
    }
  }

  /**
   * What the last daemon left: the ends of which nobody may have been told, which are few; others
   * that it still owed to the store (the first 1,000, the rest comes with {@link #owed(int,
   * Predicate)}); and one end, outcome interrupted, for each run that waited or was in flight, but
   * for those of the queue, which are asked for again. To be called once, before anything else.
   */
  public synchronized List<RunEnd> recover() {
    if (file.isEmpty()) {
      return List.of();
    }
    try {
      JournalReplay replay = JournalReplay.of(file.get().path());
      owed.addAll(replay.owed());
      settled.putAll(replay.settled());
      List<RunEnd> ends = new ArrayList<>(owed(Integer.MAX_VALUE, replay.told()::contains));
      for (RunEnd end : ends) {
        untold.put(end.run(), replay.outputs().getOrDefault(end.run(), ""));
      }
      ends.addAll(owed(MAX_RECOVERED, id -> !replay.told().contains(id)));
      Set<Long> alive = ProcessGroups.alive(replay.flying());
      survivors = replay.flying().stream().filter(run -> alive.contains(run.pid())).toList();
      List<RunEnd> cutOff = new ArrayList<>();
      for (JournalEvent.Started run : replay.flying()) {
        String reason = interrupted(run, alive.contains(run.pid()));
        if (run.delivery() > 0) {
          // The broker still has the request: who gets it next decides, and records.
          append(JournalLine.of(new JournalEvent.Stored(List.of(run.run()))));
        } else {
          cutOff.add(cutOff(run.waited(), Optional.of(run.started()), reason));
        }
      }
      replay.waiting().forEach(run -> cutOff.add(neverStarted(run)));
      for (RunEnd end : cutOff) {
        owed.add(end.run());
        JournalReplay.settle(end, settled);
        append(JournalLine.of(new JournalEvent.Ended(end, Optional.of(NOBODY))));
        ends.add(end);
        untold.put(end.run(), NOBODY);
      }
      compact();
      return ends;
    } catch (IOException e) {
      file.get().failed(e);
      return List.of();
    }
  }

  /**
   * The last scheduled instant of each job that earlier daemons dealt with, by job-id, as far as
   * {@link #recover} has found it; the store may not know of it yet.
   */
  public synchronized Map<String, Instant> settled() {
    return Map.copyOf(settled);
  }

  /**
   * Runs of earlier daemons whose processes still live, as far as {@link #recover} has found them.
   */
  synchronized List<JournalEvent.Started> survivors() {
    return survivors;
  }

  /** Logs that {@code run} was cut off, and returns why. */
  private static String interrupted(JournalEvent.Started run, boolean alive) {
    String reason = "the daemon was killed while it ran" + (alive ? ", it still runs" : "");
    LoggingEventBuilder event = interruption(run.job(), run.run());
    if (alive) {
      event = event.addKeyValue("group", run.pid());
    }
    event.addKeyValue("reason", reason).log("job interrupted");
    return reason;
  }

  private RunEnd neverStarted(JournalEvent.Waiting run) {
    String reason = "the daemon was killed before it started";
    interruption(run.job(), run.run()).addKeyValue("reason", reason).log("job interrupted");
    return cutOff(run, Optional.empty(), reason);
  }

  private static LoggingEventBuilder interruption(String job, String run) {
    return LOG.atWarn().addKeyValue("job", job).addKeyValue("run", run);
  }

  private RunEnd cutOff(JournalEvent.Waiting run, Optional<Instant> started, String reason) {
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
        "");
  }

  @Override
  public synchronized void close() throws IOException {
    if (file.isPresent()) {
      file.get().close();
    }
  }

  private void append(byte[] line) {
    file.ifPresent(f -> f.append(line));
  }

  private void compact() {
    if (file.isPresent() && file.get().large()) {
      Set<String> open = new HashSet<>(flying);
      open.addAll(owed);
      file.get().compact(open);
    }
  }
}
