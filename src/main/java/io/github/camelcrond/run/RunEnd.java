// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.run;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * The end of a run, which is its record; stored as JSON, see {@link RunEndJson}.
 *
 * @param job job-id
 * @param run run-id
 * @param outcome see {@link Outcome#text()}
 * @param exitCode exit code of the process; empty if it has none, because the run was skipped,
 *     ended by a signal or sent a message
 * @param signal number of the signal that ended the process
 * @param reason why the run was skipped, not started, interrupted or failed; and notes, such as the
 *     missed firings that it coalesces
 * @param cause see {@link Run.Cause#text()}
 * @param scheduled see {@link Run#scheduled}
 * @param started when the first attempt started; empty if none did
 * @param ended when the run ended
 * @param host name of the host on which it ran
 * @param attempt number of the last attempt, from 1; 0 if there was none
 * @param truncated whether part of the output is omitted
 * @param output the text that the job printed, possibly only head and tail
 * @param delivery the number of starts by workers, including this one; empty for the first
 */
public record RunEnd(
    String job,
    String run,
    String outcome,
    Optional<Integer> exitCode,
    Optional<Integer> signal,
    Optional<String> reason,
    String cause,
    Instant scheduled,
    Optional<Instant> started,
    Instant ended,
    String host,
    int attempt,
    boolean truncated,
    String output,
    Optional<Integer> delivery) {

  /** The reason of a run that is skipped or interrupted because the daemon stops. */
  public static final String DAEMON_STOPS = "the daemon is stopping";

  /** The reason of a run that is skipped because it could not be claimed. */
  public static final String UNCLAIMED = "not claimed: Redis did not respond";

  // Runs with other causes do not account for a firing of the schedule.
  private static final Set<String> BY_SCHEDULE = Set.of("schedule", "catch-up");

  /** Time from the first start to the end; zero if it never started. */
  public Duration duration() {
    return started.map(s -> Duration.between(s, ended)).orElse(Duration.ZERO);
  }

  /**
   * Whether this record accounts for the firing at its scheduled instant. If the run did not start
   * because the daemon ended, or could not be claimed, the firing still counts as missed.
   */
  public boolean accountsForFiring() {
    boolean cutOff =
        started.isEmpty()
            && (outcome.equals(Outcome.INTERRUPTED.text())
                || reason.filter(why -> why.startsWith(DAEMON_STOPS)).isPresent());
    return BY_SCHEDULE.contains(cause) && !cutOff && !unclaimed();
  }

  /** Whether the run was skipped because it could not be claimed. */
  public boolean unclaimed() {
    return started.isEmpty() && reason.filter(why -> why.startsWith(UNCLAIMED)).isPresent();
  }

  /** This end with {@code note} appended to its reason. */
  RunEnd noting(String note) {
    String text = reason.map(known -> known + "; " + note).orElse(note);
    return with(Optional.of(text), truncated, output);
  }

  /** This end without its output. */
  public RunEnd withoutOutput() {
    return withOutput("", truncated);
  }

  /** This end with another output. */
  RunEnd withOutput(String other, boolean leavesOut) {
    return with(reason, leavesOut, other);
  }

  private RunEnd with(Optional<String> why, boolean leavesOut, String text) {
    return new RunEnd(
        job, run, outcome, exitCode, signal, why, cause, scheduled, started, ended, host, attempt,
        leavesOut, text, delivery);
  }
}
