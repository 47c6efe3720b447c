// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.job;

import io.github.camelcrond.crontab.Job;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One firing of a job, from the moment it is due.
 *
 * @param id sortable, unique
 * @param scheduled the instant it was due; for a manual run, when it was asked for
 * @param cause why it runs
 * @param delivery how often a worker has begun it, from 1; 0 if no queue is between
 */
public record Run(String id, Job job, Instant scheduled, Cause cause, int delivery)
    implements Comparable<Run> {

  /** A run that no worker has been asked for. */
  public Run(String id, Job job, Instant scheduled, Cause cause) {
    this(id, job, scheduled, cause, 0);
  }

  /** Why a run exists. */
  public enum Cause {
    /** Its schedule came. */
    SCHEDULE,
    /** The daemon started ({@code @reboot}). */
    REBOOT,
    /** A firing was missed while the daemon was down ({@code CRON_CATCH_UP}). */
    CATCH_UP,
    /** Somebody asked for it. */
    MANUAL;

    /** As in records: lower case with hyphens. */
    public String text() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The cause that {@link #text()} gave; empty if there is none. */
    public static Optional<Cause> find(String text) {
      return Stream.of(values()).filter(cause -> cause.text().equals(text)).findFirst();
    }
  }

  /** By scheduled instant, then by id: the order in which waiting runs are taken. */
  @Override
  public int compareTo(Run other) {
    int byInstant = scheduled.compareTo(other.scheduled);
    return byInstant != 0 ? byInstant : id.compareTo(other.id);
  }

  /** Names job and run, never the command. */
  @Override
  public String toString() {
    return "job=" + job.id() + " run=" + id;
  }
}
