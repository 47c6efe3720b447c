// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.run;

import java.time.Instant;
import java.util.Optional;

/** A record of the run journal, see {@link JournalLine}. */
sealed interface JournalEvent {

  /**
   * A run waits: for its delay, overlap, group or a free slot, or as a missed firing.
   *
   * @param note see {@link Run#note}
   */
  record Waiting(
      String run, String job, Instant scheduled, String cause, String host, Optional<String> note)
      implements JournalEvent {}

  /**
   * A run is about to start.
   *
   * @param delivery see {@link Run#delivery}
   * @param pid id of its process; 0 before its launch, and for a message
   * @param booted milliseconds from the boot of the machine to the start of its process, see {@link
   *     StartClock}; 0 if unknown
   */
  record Started(
      String run,
      String job,
      Instant scheduled,
      String cause,
      Instant started,
      String host,
      int delivery,
      long pid,
      long booted)
      implements JournalEvent {

    /** The same run while it waited. */
    Waiting waited() {
      return new Waiting(run, job, scheduled, cause, host, Optional.empty());
    }

    Started withProcess(long pid, long booted) {
      return new Started(run, job, scheduled, cause, started, host, delivery, pid, booted);
    }
  }

  /**
   * A run has ended, and the store does not have its record.
   *
   * @param output CRON_OUTPUT of its job: where its output may go
   */
  record Ended(RunEnd end, Optional<String> output) implements JournalEvent {}

  /** The end of a run is published: its messages are in the spool. */
  record Published(String run) implements JournalEvent {}
}
