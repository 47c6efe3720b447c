// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.run;

import io.github.camelcrond.crontab.Job;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A run of a job, from its firing to its record.
 *
 * @param id the run-id, which is unique and sorts by time
 * @param job the job
 * @param scheduled the instant for which the schedule fired; for a manual run, when it was
 *     requested
 * @param cause why it runs
 * @param delivery the number of starts by workers, including this one; 0 without a queue
 * @param failed its attempts on other workers, if it is a retry from the queue
 * @param fence a number greater than that of any run that held its places before; 0 without places
 *     in the cluster
 * @param note text that is appended to the reason of its record, such as the missed firings that it
 *     coalesces
 * @param missed whether the run is only recorded, not executed; the note says why
 */
public record Run(
    String id,
    Job job,
    Instant scheduled,
    Cause cause,
    int delivery,
    Optional<FailedAttempts> failed,
    long fence,
    Optional<String> note,
    boolean missed)
    implements Comparable<Run> {

  /** A run without a note. */
  public Run(String id, Job job, Instant scheduled, Cause cause, int delivery) {
    this(id, job, scheduled, cause, delivery, Optional.empty(), 0, Optional.empty(), false);
  }

  /** A run without a queue. */
  public Run(String id, Job job, Instant scheduled, Cause cause) {
    this(id, job, scheduled, cause, 0);
  }

  /** This run with {@code more} appended to its note: lower case, no full stop. */
  public Run noting(String more) {
    String text = note.map(known -> known + "; " + more).orElse(more);
    return new Run(id, job, scheduled, cause, delivery, failed, fence, Optional.of(text), missed);
  }

  /** This run, only to be recorded, because of {@code why}. */
  public Run missed(String why) {
    Run noted = noting(why);
    return new Run(id, job, scheduled, cause, delivery, failed, fence, noted.note, true);
  }

  /** This run with {@code number} as its fence. */
  public Run fenced(long number) {
    return new Run(id, job, scheduled, cause, delivery, failed, number, note, missed);
  }

  /** The number of its attempts on other workers. */
  public int failedAttempts() {
    return failed.map(FailedAttempts::count).orElse(0);
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

    /** The name in records: lower case with hyphens. */
    public String text() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The cause with the name {@code text}; empty if there is none. */
    public static Optional<Cause> find(String text) {
      return Stream.of(values()).filter(cause -> cause.text().equals(text)).findFirst();
    }
  }

  /** Orders by scheduled instant, then by run-id: the order in which waiting runs start. */
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
