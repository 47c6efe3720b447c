// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.run;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * The one record that a run leaves; kept as JSON, see {@link RunEndJson}.
 *
 * @param job job-id
 * @param run run-id
 * @param outcome {@link Outcome#text()}
 * @param exitCode of the process, absent if it had none (skipped, signalled, a message)
 * @param signal that ended the process, by number
 * @param reason why it was skipped, not started, interrupted or failed; and notes, such as which
 *     missed firings it coalesces
 * @param cause {@link Run.Cause} in lower case, with hyphens
 * @param started first start, absent if it never started
 * @param host on which it ran
 * @param attempt number of the last attempt, from 1; 0 if there was none
 * @param truncated whether {@code output} leaves something out
 * @param output what the job printed, head and tail
 * @param delivery the number of starts by workers, including this one; absent for the first
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

  /** The end of a run that was started by a worker once at most. */
  public RunEnd(
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
      String output) {
    this(
        job,
        run,
        outcome,
        exitCode,
        signal,
        reason,
        cause,
        scheduled,
        started,
        ended,
        host,
        attempt,
        truncated,
        output,
        Optional.empty());
  }

  /** Why a run is skipped or interrupted when the daemon stops. */
  public static final String DAEMON_STOPS = "the daemon is stopping";

  /** Why a run is skipped that no replica could claim. */
  public static final String UNCLAIMED = "not claimed: Redis did not respond";

  // A manual run and a start say nothing about what the schedule asked for.
  private static final Set<String> BY_SCHEDULE = Set.of("schedule", "catch-up");

  /** Time from the first start to the end; zero if it never started. */
  public Duration duration() {
    return started.map(s -> Duration.between(s, ended)).orElse(Duration.ZERO);
  }

  /**
   * Whether it accounts for the firing at its scheduled instant. A run that did not start because
   * the daemon ended, or because it could not be claimed, does not: its firing is missed.
   */
  public boolean settles() {
    boolean cutOff =
        started.isEmpty()
            && (outcome.equals(Outcome.INTERRUPTED.text())
                || reason.filter(why -> why.startsWith(DAEMON_STOPS)).isPresent());
    return BY_SCHEDULE.contains(cause) && !cutOff && !unclaimed();
  }

  /** Whether it did not run as it could not be claimed. */
  public boolean unclaimed() {
    return started.isEmpty() && reason.filter(why -> why.startsWith(UNCLAIMED)).isPresent();
  }

  /** The same, with {@code note} appended to its reason. */
  RunEnd noting(String note) {
    String text = reason.map(known -> known + "; " + note).orElse(note);
    return with(Optional.of(text), truncated, output);
  }

  /** The same without its output. */
  public RunEnd withoutOutput() {
    return withOutput("", truncated);
  }

  /** The same with another output. */
  RunEnd withOutput(String other, boolean leavesOut) {
    return with(reason, leavesOut, other);
  }

  private RunEnd with(Optional<String> why, boolean leavesOut, String text) {
    return new RunEnd(
        job, run, outcome, exitCode, signal, why, cause, scheduled, started, ended, host, attempt,
        leavesOut, text, delivery);
  }
}
