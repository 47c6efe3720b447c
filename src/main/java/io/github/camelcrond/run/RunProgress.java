// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.run;

import io.github.camelcrond.process.ExitStatus;
import io.github.camelcrond.process.OutputBudget;
import io.github.camelcrond.process.OutputCapture;
import io.github.camelcrond.process.RunningProcess;
import io.github.camelcrond.trigger.AlarmLead;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;

/**
 * The state of a run in progress: its attempts, the process of the current one, and requests to end
 * it early.
 */
public final class RunProgress {
  private final Run run;
  private final Clock clock;
  private final String host;
  private final int outputLimit;
  private final OutputBudget budget;
  private final RunTerminator terminator;
  private int attempt;
  private Optional<Instant> started = Optional.empty();
  private Optional<RunningProcess> process = Optional.empty();
  private Optional<String> interruption = Optional.empty();
  private boolean timedOut;
  private Outcome outcome = Outcome.NOT_STARTED;
  private Optional<ExitStatus> status = Optional.empty();
  private Optional<String> reason = Optional.empty();
  private OutputCapture output;
  private final Object announcing = new Object();
  private volatile boolean announced;
  private volatile boolean forgotten;

  RunProgress(
      Run run,
      Clock clock,
      String host,
      int outputLimit,
      OutputBudget budget,
      RunTerminator terminator) {
    this.run = run;
    this.clock = clock;
    this.host = host;
    this.outputLimit = outputLimit;
    this.budget = budget;
    this.terminator = terminator;
    this.output = new OutputCapture(outputLimit, budget);
    run.failed().ifPresent(this::resume);
  }

  private void resume(FailedAttempts earlier) {
    attempt = earlier.count();
    started = earlier.started();
    outcome = Outcome.FAILED;
    reason = Optional.of("attempt " + attempt + " failed on " + earlier.host());
  }

  /** The run. */
  public Run run() {
    return run;
  }

  /** The name of the host on which it is in progress. */
  public String host() {
    return host;
  }

  /** The number of the current attempt, from 1; 0 before the first. */
  public synchronized int attempt() {
    return attempt;
  }

  /** When the first attempt started; empty before that. */
  public synchronized Optional<Instant> started() {
    return started;
  }

  /** The output of the current attempt so far. */
  public synchronized OutputCapture output() {
    return output;
  }

  /** The process group of the current attempt; empty when none runs. */
  public synchronized Optional<RunningProcess> process() {
    return process;
  }

  synchronized void begin() {
    attempt++;
    status = Optional.empty();
    reason = Optional.empty();
    timedOut = false;
    announced = false;
    output.release();
    output = new OutputCapture(outputLimit, budget);
  }

  /** Notes that the run does not end here, as another exchange, replica or worker executes it. */
  void forget() {
    forgotten = true;
  }

  /** Whether {@link #forget} was called. */
  boolean isForgotten() {
    return forgotten;
  }

  /** Returns the memory of the output to the budget. */
  synchronized void release() {
    output.release();
  }

  /**
   * Notes that the current attempt has started; ends it at once if the run was interrupted
   * meanwhile.
   *
   * @param child the process, or the message that is being sent
   * @param since when it was started
   */
  public synchronized void started(RunningProcess child, Instant since) {
    started = started.or(() -> Optional.of(since));
    process = Optional.of(child);
    if (interruption.isPresent()) {
      end(child);
    }
  }

  /** Logs the start of the current attempt, once and before its first line of output. */
  void announce(RunLog log) {
    if (announced) {
      return;
    }
    // Not under the lock of this object, as the log may block.
    synchronized (announcing) {
      if (!announced) {
        log.started(run, attempt());
        announced = true;
      }
    }
  }

  private void end(RunningProcess child) {
    terminator.end(child, run.job().policies().killAfter());
  }

  /** Notes that the current attempt is being terminated by {@code CRON_TIMEOUT}. */
  public synchronized void timeOut() {
    timedOut = true;
  }

  /** Ends the process of the current attempt: TERM, and KILL after {@code CRON_KILL_AFTER}. */
  public synchronized void terminate() {
    process.ifPresent(this::end);
  }

  /** Notes how the process of the current attempt ended. */
  public synchronized void exited(ExitStatus exit) {
    process = Optional.empty();
    status = Optional.of(exit);
    if (interruption.isPresent()) {
      outcome = Outcome.INTERRUPTED;
      reason = interruption;
    } else if (timedOut) {
      outcome = Outcome.TIMED_OUT;
      reason = Optional.of("ended by CRON_TIMEOUT");
    } else {
      outcome = exit.success() ? Outcome.SUCCEEDED : Outcome.FAILED;
    }
  }

  /** Notes that the message of the current attempt was accepted. */
  public synchronized void sent() {
    process = Optional.empty();
    outcome = interruption.isPresent() ? Outcome.INTERRUPTED : Outcome.SUCCEEDED;
    reason = interruption;
  }

  /** Notes that the run is skipped. */
  synchronized void skipped(String why) {
    outcome = Outcome.SKIPPED;
    reason = Optional.of(why);
  }

  /** Notes an end without an exit code; {@code why} is lower case, without a full stop. */
  public synchronized void failed(Outcome how, String why) {
    process = Optional.empty();
    outcome = interruption.isPresent() ? Outcome.INTERRUPTED : timedOut ? Outcome.TIMED_OUT : how;
    reason = interruption.or(() -> Optional.of(why));
  }

  /**
   * Ends the run early: it makes no further attempt and waits no longer, and its process gets TERM,
   * then KILL after {@code CRON_KILL_AFTER}. The first reason given is recorded.
   */
  public void interrupt(String why) {
    synchronized (this) {
      interruption = interruption.or(() -> Optional.of(why));
      process.ifPresent(this::end);
    }
    // Not under the lock of this object, as the gates have locks of their own and call this object.
    terminator.dismiss(run, why);
  }

  /** Why the run is to end early; empty if it is not. */
  public synchronized Optional<String> interruption() {
    return interruption;
  }

  /** Whether there is another attempt: the first, or a retry after a failure. */
  synchronized boolean wantsAnother() {
    return interruption.isEmpty() && unfinished();
  }

  private boolean unfinished() {
    boolean failure =
        switch (outcome) {
          case FAILED, TIMED_OUT, NOT_STARTED -> true;
          default -> false;
        };
    return failure && attempt <= run.job().policies().retries();
  }

  /** {@code instant}, or {@code least} if that is later by no more than {@link AlarmLead#BY}. */
  static Instant notBefore(Instant least, Instant instant) {
    boolean ahead = instant.isBefore(least) && !instant.plus(AlarmLead.BY).isBefore(least);
    return ahead ? least : instant;
  }

  synchronized RunEnd end() {
    if (interruption.isPresent() && unfinished()) {
      outcome = attempt == 0 ? Outcome.SKIPPED : Outcome.INTERRUPTED;
      reason = interruption;
    }
    String text = text();
    return new RunEnd(
        run.job().id(),
        run.id(),
        outcome.text(),
        status.filter(s -> s.signal() == 0).map(ExitStatus::code),
        status.filter(s -> s.signal() != 0).map(ExitStatus::signal),
        reason,
        run.cause().text(),
        run.scheduled(),
        started,
        // A run may be skipped before its instant.
        notBefore(run.scheduled(), clock.instant()),
        host,
        attempt,
        output.truncated() || output.total() > 0 && text.isEmpty(),
        text,
        Optional.of(run.delivery()).filter(delivery -> delivery > 1));
  }

  private String text() {
    try {
      return output.text();
    } catch (OutOfMemoryError e) {
      // The end of a run must not depend on memory for its output.
      return "";
    }
  }
}
