// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.job;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A line of the run journal, see {@link JournalLine}. */
sealed interface JournalEvent {

  /** A run is due and waits for its turn. */
  record Waiting(String run, String job, Instant scheduled, String cause, String host)
      implements JournalEvent {}

  /**
   * A run is about to start.
   *
   * @param delivery see {@link Run#delivery}
   * @param pid of its process, 0 if not known yet
   */
  record Started(
      String run,
      String job,
      Instant scheduled,
      String cause,
      Instant started,
      String host,
      int delivery,
      long pid)
      implements JournalEvent {

    /** The same run while it waited. */
    Waiting waited() {
      return new Waiting(run, job, scheduled, cause, host);
    }

    Started withPid(long known) {
      return new Started(run, job, scheduled, cause, started, host, delivery, known);
    }
  }

  /** The process of a started run is known. */
  record Running(String run, long pid) implements JournalEvent {}

  /**
   * A run has ended and is owed to the store.
   *
   * @param output CRON_OUTPUT of its job: who may know what it printed
   */
  record Ended(RunEnd end, Optional<String> output) implements JournalEvent {}

  /** Whoever is to know of the end of a run has been told. */
  record Told(String run) implements JournalEvent {}

  /** The store has these runs. */
  record Stored(List<String> runs) implements JournalEvent {}
}
