// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.run;

import io.github.camelcrond.crontab.Job;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One firing of a job, from the moment it is due.
 *
 * @param id sortable, unique
 * @param scheduled the instant it was due; for a manual run, when it was requested
 * @param cause why it runs
 * @param delivery the number of starts by workers, including this one; 0 without a queue
 * @param fence is higher than that of any run that had its place before it; 0 without a place in
 *     the cluster
 * @param note is added to its record, such as the missed firings that it coalesces
 * @param missed whether it leaves a record only; the note says why it is not executed
 */
public record Run(
    String id,
    Job job,
    Instant scheduled,
    Cause cause,
    int delivery,
    long fence,
    Optional<String> note,
    boolean missed)
    implements Comparable<Run> {

  /** A run without a note. */
  public Run(String id, Job job, Instant scheduled, Cause cause, int delivery) {
    this(id, job, scheduled, cause, delivery, 0, Optional.empty(), false);
  }

  /** A run without a queue. */
  public Run(String id, Job job, Instant scheduled, Cause cause) {
    this(id, job, scheduled, cause, 0);
  }

  /** The same run, with {@code more} appended to its note: lower case, no full stop. */
  public Run noting(String more) {
    String text = note.map(known -> known + "; " + more).orElse(more);
    return new Run(id, job, scheduled, cause, delivery, fence, Optional.of(text), missed);
  }

  /** The same run as one that leaves a record only, because of {@code why}. */
  public Run missed(String why) {
    Run noted = noting(why);
    return new Run(id, job, scheduled, cause, delivery, fence, noted.note, true);
  }

  /** The same run with {@code number} as its fence. */
  public Run fenced(long number) {
    return new Run(id, job, scheduled, cause, delivery, number, note, missed);
  }

  /** Why a run exists. */
  public enum Cause {
    /** Its schedule fired. */
    SCHEDULE,
    /** The daemon started ({@code @reboot}). */
    REBOOT,
    /** A firing was missed while the daemon was down ({@code CRON_CATCH_UP}). */
    CATCH_UP,
    /** A user or a message requested it. */
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

  /** By scheduled instant, then by id: the order in which waiting runs start. */
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
