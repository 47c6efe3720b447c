// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.run;

import io.github.camelcrond.camel.CalledByRoute;
import io.github.camelcrond.crontab.Policies.RetryOn;
import io.github.camelcrond.process.OutputBudget;
import io.github.camelcrond.process.RunningProcess;
import io.github.camelcrond.trigger.AlarmLead;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.Exchange;
import org.apache.camel.Variable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The runs in progress: begun and not ended. The routes around a run call this class with the run
 * in the variable {@code run}.
 */
public final class Runs {
  private static final Logger LOG = LoggerFactory.getLogger("crond.run");

  /** The reason of a run that a user has killed. */
  public static final String KILLED = "killed on request";

  private final Clock clock;
  private final RunJournal journal;
  private final RunLog log;
  private final String host;
  private final int outputLimit;
  private final OutputBudget budget;
  private final RunTerminator terminator;
  private volatile Optional<String> closed = Optional.empty();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Map<String, RunProgress> running = new ConcurrentHashMap<>();
  private final Map<String, RunEnd> abandoned = new ConcurrentHashMap<>();
  private final Object finishing = new Object();
  private final List<RunListener> listeners = new CopyOnWriteArrayList<>();

  /**
   * @param host the name under which runs are recorded
   * @param outputLimit bytes of output kept for a run
   * @param budget memory for the output of all runs together
   * @param terminator ends runs early
   */
  public Runs(
      Clock clock,
      RunJournal journal,
      RunLog log,
      String host,
      int outputLimit,
      OutputBudget budget,
      RunTerminator terminator) {
    this.clock = clock;
    this.journal = journal;
    this.log = log;
    this.host = host;
    this.outputLimit = outputLimit;
    this.budget = budget;
    this.terminator = terminator;
  }

  /**
   * Begins {@code run}, which is in progress until it ends. If no step has ended it when {@code
   * exchange} is done, it ends as failed.
   */
  @CalledByRoute
  public void begin(@Variable("run") Run run, Exchange exchange) {
    RunProgress progress = begin(run);
    ExchangeEnd.then(exchange, done -> over(progress, done.getException()));
  }

  /**
   * Begins {@code run}. A missed run is interrupted at once, so that it never waits. If this daemon
   * is also the scheduler that has just requested the run, it is no longer in progress there.
   */
  public RunProgress begin(Run run) {
    RunProgress progress = newProgress(run);
    Optional.ofNullable(running.put(run.id(), progress))
        .filter(requested -> requested.run().delivery() == 0)
        .ifPresent(RunProgress::forget);
    listeners.forEach(l -> keepGoing(run, () -> l.begun(run)));
    if (run.missed()) {
      progress.interrupt(run.note().orElseThrow());
    }
    return progress;
  }

  private RunProgress newProgress(Run run) {
    return new RunProgress(run, clock, host, outputLimit, budget, terminator);
  }

  private void over(RunProgress progress, Exception fault) {
    Run run = progress.run();
    if (progress.isForgotten()) {
      progress.release();
      return;
    }
    keepGoing(
        run,
        () -> {
          if (find(run).isPresent()) {
            LOG.atError()
                .addKeyValue("job", run.job().id())
                .addKeyValue("run", run.id())
                .log("route failed before the run ended");
            RunEnd end =
                endEarly(
                    run,
                    fault == null
                        ? new IllegalStateException("its route ended without ending the run")
                        : fault);
            listeners.forEach(l -> keepGoing(run, () -> l.unended(run, end)));
          } else if (fault == null) {
            // A step that stopped its route may have prevented that.
            journal.notePublished(run.id());
          }
        });
    running.remove(run.id(), progress);
    progress.release();
    listeners.forEach(l -> keepGoing(run, () -> l.over(run)));
  }

  /**
   * Returns if {@code run} may continue: it was not missed and is not to end early.
   *
   * @throws RunSkipped otherwise, with the reason as its message
   */
  @CalledByRoute
  public void skipIfMissedOrInterrupted(@Variable("run") Run run) throws RunSkipped {
    Optional<String> interruption = interruption(run);
    if (interruption.isPresent()) {
      throw new RunSkipped(interruption.get());
    }
  }

  /** Why {@code run} is to end early; empty if it is not. */
  Optional<String> interruption(Run run) {
    return find(run).flatMap(RunProgress::interruption);
  }

  /** Performs a step of bookkeeping for {@code run}, whose failure must not stop the run. */
  private static void keepGoing(Run run, Runnable step) {
    keepGoing(run.job().id(), run.id(), step);
  }

  private static void keepGoing(String job, String run, Runnable step) {
    try {
      step.run();
    } catch (RuntimeException | Error e) {
      try {
        LOG.atError()
            .addKeyValue("job", job)
            .addKeyValue("run", run)
            .setCause(e)
            .log("cannot complete the bookkeeping of a run");
      } catch (OutOfMemoryError again) {
        // There is not even memory to log it.
      }
    }
  }

  /**
   * Notes in the journal that {@code run} waits, so that it is recorded if the daemon is killed. A
   * run from the queue needs no note, as the broker delivers its request again.
   */
  @CalledByRoute
  public void noteWaiting(@Variable("run") Run run) {
    if (run.delivery() == 0) {
      keepGoing(run, () -> journal.waiting(run));
    }
  }

  /** Notifies {@code listener} of all runs from now on. */
  public void listen(RunListener listener) {
    listeners.add(listener);
  }

  /** Whether {@code run} is to be attempted, for the first time or again. */
  public boolean hasAttemptLeft(@Variable("run") Run run) {
    return closed.isEmpty() && progress(run).wantsAnother();
  }

  /** Prevents further attempts of all runs, because of {@code reason}. */
  public void close(String reason) {
    closed = Optional.of(reason);
    closing.countDown();
  }

  /** Waits for {@code millis}, so that more runs end meanwhile; ends at {@link #close}. */
  @CalledByRoute
  public void gatherEnds(long millis) throws InterruptedException {
    closing.await(millis, TimeUnit.MILLISECONDS);
  }

  /**
   * Whether the next attempt of {@code run} is one for another worker: {@code CRON_RETRY_ON =
   * other}, and an attempt has failed here.
   */
  @CalledByRoute
  public boolean isForAnotherWorker(@Variable("run") Run run) {
    RunProgress progress = progress(run);
    return run.delivery() > 0
        && run.job().policies().retryOn() == RetryOn.OTHER
        && progress.attempt() > run.failedAttempts()
        && progress.wantsAnother();
  }

  /** The attempts of {@code run} so far, of which the last has just failed. */
  @CalledByRoute
  public FailedAttempts failedAttempts(@Variable("run") Run run) {
    RunProgress progress = progress(run);
    return new FailedAttempts(progress.attempt(), host, clock.instant(), progress.started());
  }

  /**
   * Returns if {@code run}, which another worker has attempted, may be attempted here.
   *
   * @throws RunSkipped if the daemon is stopping: another worker then takes the request
   */
  @CalledByRoute
  public void skipIfStopping(@Variable("run") Run run) throws RunSkipped {
    if (run.failed().isPresent() && closed.isPresent()) {
      throw new RunSkipped(closed.get());
    }
  }

  /** Counts an attempt; the journal has the start on disk before anything is executed. */
  @CalledByRoute
  public void countAttempt(@Variable("run") Run run) {
    RunProgress progress = progress(run);
    progress.begin();
    if (progress.attempt() == run.failedAttempts() + 1) {
      journal.started(run, RunProgress.notBefore(run.scheduled(), clock.instant()));
    }
  }

  /** Waits for the scheduled instant of {@code run}, as alarms go off early. */
  void await(Run run) {
    AlarmLead.await(clock, run.scheduled());
  }

  /**
   * Waits for the scheduled instant of {@code run}. When this returns, the current attempt may
   * start.
   *
   * @throws IOException if the run was ended meanwhile, with the reason as its message
   */
  void awaitInstant(Run run) throws IOException {
    await(run);
    Optional<String> interruption = progress(run).interruption();
    if (interruption.isPresent()) {
      throw new IOException(interruption.get());
    }
  }

  /**
   * Notes that the current attempt of {@code run} has started. Does not log that, as the log may be
   * slow: see {@link #announce}.
   *
   * @param process the process, or the message that is being sent
   * @param since when it was started
   */
  void started(Run run, RunningProcess process, Instant since) {
    RunProgress progress = progress(run);
    progress.started(process, since);
    if (process.pid() != 0) {
      keepGoing(run, () -> journal.running(run.id(), process.pid()));
    }
    listeners.forEach(l -> keepGoing(run, () -> l.started(run, progress.attempt())));
  }

  /** Logs the start of the current attempt of {@code run}, once. */
  void announce(Run run) {
    progress(run).announce(log);
  }

  /** Notes that the message of {@code run} was accepted. */
  @CalledByRoute
  public void noteSent(@Variable("run") Run run) {
    progress(run).sent();
    // A kill interrupts the waiting thread; the outcome already reflects that.
    Thread.interrupted();
  }

  /** Notes that the current attempt of {@code run} failed without an exit code. */
  @CalledByRoute
  public void noteFailure(@Variable("run") Run run, Exception cause) {
    Outcome how = run.job().endpoint() ? Outcome.FAILED : Outcome.NOT_STARTED;
    progress(run).failed(how, message(cause));
    Thread.interrupted();
  }

  /** Ends {@code run} after its last attempt; an abandoned run keeps the end that it has. */
  @CalledByRoute
  public RunEnd end(@Variable("run") Run run) {
    RunProgress progress = progress(run);
    closed.filter(why -> progress.wantsAnother()).ifPresent(progress::interrupt);
    return finish(run, progress);
  }

  /**
   * Ends {@code run} before its route has completed, because of {@code reason}. With a {@link
   * RunSkipped} it ends as skipped, or as interrupted if it was attempted before; with any other
   * exception it ends as failed or not started.
   */
  @CalledByRoute
  public RunEnd endEarly(@Variable("run") Run run, Exception reason) {
    RunProgress progress = find(run).orElseGet(() -> newProgress(run));
    if (reason instanceof RunSkipped && progress.attempt() > 0) {
      progress.failed(Outcome.INTERRUPTED, reason.getMessage());
    } else if (reason instanceof RunSkipped) {
      progress.skipped(reason.getMessage());
    } else {
      progress.failed(
          progress.attempt() == 0 ? Outcome.NOT_STARTED : Outcome.FAILED, message(reason));
    }
    return finish(run, progress);
  }

  /** Ends {@code run}, which has begun here only to be recorded: its worker died. */
  @CalledByRoute
  public RunEnd endAsLost(@Variable("run") Run run, Exception reason) {
    RunProgress progress = progress(run);
    progress.failed(Outcome.INTERRUPTED, reason.getMessage());
    return finish(run, progress);
  }

  /** Forgets {@code run} without a record, as another replica or worker executes it. */
  @CalledByRoute
  public void forget(@Variable("run") Run run) {
    Optional<RunProgress> progress = find(run);
    if (progress.isPresent()) {
      progress.get().forget();
      running.remove(run.id(), progress.get());
      keepGoing(run, () -> journal.left(run));
    }
  }

  private static String message(Exception fault) {
    // The message of Camel's wrapper of an Error names the exchange only.
    Throwable cause =
        fault instanceof CamelExecutionException && fault.getCause() != null
            ? fault.getCause()
            : fault;
    return cause.getMessage() == null || cause instanceof Error
        ? cause.toString()
        : cause.getMessage();
  }

  /** Records all runs in progress as interrupted without waiting for their routes. */
  public void abandon(String reason) {
    for (RunProgress progress : all()) {
      Run run = progress.run();
      keepGoing(
          run,
          () -> {
            RunEnd end;
            synchronized (finishing) {
              if (!running.containsKey(run.id())) {
                return;
              }
              progress.failed(Outcome.INTERRUPTED, reason);
              end = record(run, progress);
              abandoned.put(run.id(), end);
            }
            log.ended(end);
          });
    }
  }

  private RunEnd finish(Run run, RunProgress progress) {
    synchronized (finishing) {
      // The route of an abandoned run may continue; it then gets the recorded end.
      RunEnd recorded = abandoned.get(run.id());
      return recorded == null ? record(run, progress) : recorded;
    }
  }

  /** Records the end of {@code run}, which is no longer in progress even if this fails. */
  private RunEnd record(Run run, RunProgress progress) {
    try {
      RunEnd bare = progress.end();
      RunEnd end = run.missed() ? bare : run.note().map(bare::noting).orElse(bare);
      keepGoing(run, () -> journal.ended(end, run.job().policies().output()));
      listeners.forEach(l -> keepGoing(run, () -> l.ended(run, end)));
      return end;
    } finally {
      running.remove(run.id(), progress);
    }
  }

  /** Records the end of a run that never was in progress here, as its job cannot be read. */
  @CalledByRoute
  public void recordWithoutJob(@Variable("end") RunEnd end) {
    journal.ended(end, Optional.empty());
  }

  /** Logs how a run ended; the end of an abandoned run is in the log already. */
  public void logEnd(RunEnd end) {
    if (!abandoned.containsKey(end.run())) {
      keepGoing(end.job(), end.run(), () -> log.ended(end));
    }
  }

  /** Notes that the messages about the end of a run are in the spool. */
  @CalledByRoute
  public void notePublished(@Variable("end") RunEnd end) {
    journal.notePublished(end.run());
  }

  /** Logs that the end of a run could not be published. */
  @CalledByRoute
  public void reportUnpublished(@Variable("end") RunEnd end, Exception cause) {
    log.unpublished(end, cause);
  }

  /** Asks {@code run} to end early: see {@link RunProgress#interrupt}. */
  public void interrupt(Run run, String why) {
    find(run).ifPresent(p -> p.interrupt(why));
  }

  /**
   * Asks the run with {@code id} to end early.
   *
   * @throws NoSuchRun if it is not in progress
   */
  @CalledByRoute
  public void terminate(String id) throws NoSuchRun {
    find(id).orElseThrow(() -> new NoSuchRun(id)).interrupt(KILLED);
  }

  /** The progress of the run with {@code id}; empty if it is not in progress. */
  public Optional<RunProgress> find(String id) {
    return Optional.ofNullable(running.get(id));
  }

  /**
   * The progress of {@code run}; empty if it is not in progress. A daemon may begin a run as a
   * worker before its scheduler, which requested it, has forgotten it: they differ by delivery.
   */
  Optional<RunProgress> find(Run run) {
    return find(run.id()).filter(progress -> progress.run().delivery() == run.delivery());
  }

  /** The runs in progress: begun and not ended. */
  public Collection<RunProgress> all() {
    return List.copyOf(running.values());
  }

  /** The runs in progress of the job with {@code jobId}. */
  public List<RunProgress> of(String jobId) {
    List<RunProgress> found = new ArrayList<>();
    running.values().stream().filter(p -> p.run().job().id().equals(jobId)).forEach(found::add);
    return found;
  }

  /** The progress of {@code run}, which has begun. */
  RunProgress progress(Run run) {
    return find(run)
        .orElseThrow(() -> new IllegalStateException("run " + run.id() + " has not begun"));
  }
}
