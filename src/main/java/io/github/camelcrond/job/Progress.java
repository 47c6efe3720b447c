// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.job;

import io.github.camelcrond.process.ExitStatus;
import io.github.camelcrond.process.OutputBudget;
import io.github.camelcrond.process.OutputCapture;
import io.github.camelcrond.process.RunningProcess;
import io.github.camelcrond.schedule.Ahead;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;

/**
 * How far a run has come: its tries, the process of the current one, and what was asked of it from
 * outside.
 */
public final class Progress {
  private final Run run;
  private final Clock clock;
  private final int outputLimit;
  private final OutputBudget budget;
  private final Endings endings;
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

  Progress(Run run, Clock clock, int outputLimit, OutputBudget budget, Endings endings) {
    this.run = run;
    this.clock = clock;
    this.outputLimit = outputLimit;
    this.budget = budget;
    this.endings = endings;
    this.output = new OutputCapture(outputLimit, budget);
  }

  /** The run. */
  public Run run() {
    return run;
  }

  /** The number of the current try, from 1; 0 before the first. */
  public synchronized int attempt() {
    return attempt;
  }

  /** When the first try started. */
  public synchronized Optional<Instant> started() {
    return started;
  }

  /** What the current try has printed so far. */
  public synchronized OutputCapture output() {
    return output;
  }

  /** The process group of the current try, while it runs. */
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

  /** Gives back the room of the output, which nobody needs from here any more. */
  synchronized void release() {
    output.release();
  }

  /**
   * Notes that the current try has started; ends it at once if the run was interrupted meanwhile.
   *
   * @param child what runs
   * @param since when it was started
   */
  public synchronized void runs(RunningProcess child, Instant since) {
    started = started.or(() -> Optional.of(since));
    process = Optional.of(child);
    if (interruption.isPresent()) {
      end(child);
    }
  }

  /** Logs the start of the current try, unless that was done: before the first of its lines. */
  void announce(RunLog log) {
    if (announced) {
      return;
    }
    // Not under our lock: the log may keep its callers waiting.
    synchronized (announcing) {
      if (!announced) {
        log.started(run, attempt());
        announced = true;
      }
    }
  }

  private void end(RunningProcess child) {
    endings.end(child, run.job().policies().killAfter());
  }

  /** Notes that the current try is being ended because it took too long. */
  public synchronized void timeOut() {
    timedOut = true;
  }

  /** Ends the process of the current try: TERM, and KILL after {@code CRON_KILL_AFTER}. */
  public synchronized void terminate() {
    process.ifPresent(this::end);
  }

  /** Notes how the process of the current try ended. */
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

  /** Notes that the message of the current try was taken. */
  public synchronized void sent() {
    process = Optional.empty();
    outcome = interruption.isPresent() ? Outcome.INTERRUPTED : Outcome.SUCCEEDED;
    reason = interruption;
  }

  /** Notes that there is no start, on purpose. */
  synchronized void skipped(String why) {
    outcome = Outcome.SKIPPED;
    reason = Optional.of(why);
  }

  /** Notes an end without exit code: {@code why} is lower case, without full stop. */
  public synchronized void failed(Outcome how, String why) {
    process = Optional.empty();
    outcome = interruption.isPresent() ? Outcome.INTERRUPTED : timedOut ? Outcome.TIMED_OUT : how;
    reason = interruption.or(() -> Optional.of(why));
  }

  /**
   * Asks the run to end: no further try, no further wait, TERM to what runs and KILL after {@code
   * CRON_KILL_AFTER}. The first reason given is recorded.
   */
  public void interrupt(String why) {
    synchronized (this) {
      interruption = interruption.or(() -> Optional.of(why));
      process.ifPresent(this::end);
    }
    // Not under our lock: those asked have locks of their own, and ask us.
    endings.dismiss(run, why);
  }

  /** Ends what still runs with KILL. */
  public synchronized void kill() {
    process.ifPresent(RunningProcess::kill);
  }

  /** Why the run is to end early. */
  public synchronized Optional<String> interruption() {
    return interruption;
  }

  /** Whether there is to be another try: there was none yet, or the last failed and one is left. */
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

  /** {@code instant}, or {@code least} if that is a few milliseconds later. */
  static Instant notBefore(Instant least, Instant instant) {
    boolean ahead = instant.isBefore(least) && !instant.plus(Ahead.BY).isBefore(least);
    return ahead ? least : instant;
  }

  synchronized RunEnd end(String host) {
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
        // One that is skipped was dealt with ahead.
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
      // The end of a run must not depend on the room for its output.
      return "";
    }
  }
}
