// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.store;

import io.github.camelcrond.job.RunEnd;
import io.github.camelcrond.job.RunJournal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ended runs on their way to the store. What does not fit into memory while the store is down stays
 * in the journal and is fetched from there afterwards.
 */
public final class OwedRuns {
  private static final Logger LOG = LoggerFactory.getLogger("crond.store");
  private static final int MAX_FETCHED = 500;
  private static final int OVERHEAD = 1_000;

  private final RunJournal journal;
  private final long maxBytes;
  private final Map<String, Integer> held = new HashMap<>();
  private long bytes;
  private boolean more;
  private boolean losing;

  /**
   * @param maxBytes held in memory, roughly
   */
  public OwedRuns(RunJournal journal, long maxBytes) {
    this.journal = journal;
    this.maxBytes = maxBytes;
  }

  /** What an earlier daemon left in the journal; more of it comes with {@link #fetch}. */
  public synchronized List<RunEnd> recover() {
    List<RunEnd> ends = journal.recover();
    more = journal.owed() > ends.size();
    return ends;
  }

  /** Takes an end in; false if it does not fit, or is on its way already. */
  public synchronized boolean admit(RunEnd end) {
    if (held.containsKey(end.run())) {
      return false;
    }
    int size = OVERHEAD + 2 * end.output().length();
    if (bytes + size > maxBytes) {
      leave();
      return false;
    }
    held.put(end.run(), size);
    bytes += size;
    return true;
  }

  private void leave() {
    more = true;
    if (!journal.kept() && !losing) {
      losing = true;
      LOG.warn("run records are lost until the store is back, as there is no run journal");
    }
  }

  /** Notes that the store has {@code batch}. */
  public synchronized void stored(List<RunEnd> batch) {
    journal.stored(batch.stream().map(RunEnd::run).toList());
    for (RunEnd end : batch) {
      Integer size = held.remove(end.run());
      bytes -= size == null ? 0 : size;
    }
    losing = false;
  }

  /**
   * The next ends from the journal that did not fit before; empty while others are on their way.
   */
  public synchronized List<RunEnd> fetch() {
    if (!more || !held.isEmpty()) {
      return List.of();
    }
    List<RunEnd> ends = journal.owed(MAX_FETCHED, held::containsKey);
    more = ends.size() == MAX_FETCHED;
    return ends.stream().filter(this::admit).toList();
  }
}
