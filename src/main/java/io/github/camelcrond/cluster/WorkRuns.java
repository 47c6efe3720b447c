// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cluster;

import io.github.camelcrond.camel.CalledByRoute;
import io.github.camelcrond.crontab.JobJson;
import io.github.camelcrond.crontab.Policies.OnCrash;
import io.github.camelcrond.run.FailedAttempts;
import io.github.camelcrond.run.JobDelays;
import io.github.camelcrond.run.Outcome;
import io.github.camelcrond.run.Run;
import io.github.camelcrond.run.RunEnd;
import io.github.camelcrond.run.RunEndJson;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.LongFunction;
import org.apache.camel.Variable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns requests into runs, or into records of runs that are not executed. */
public final class WorkRuns {
  private static final Logger LOG = LoggerFactory.getLogger("crond.cluster");

  /** How long a scheduler may take to store a crontab some of whose jobs are already due. */
  private static final Duration STORED = Duration.ofMinutes(1);

  /** How long a worker leaves the retry of an attempt that failed on it to other workers. */
  private static final Duration AVOIDED = Duration.ofSeconds(10);

  private final JobJson jobs;
  private final int deliveries;
  private final String host;
  private final BooleanSupplier others;
  private final LongFunction<Duration> delays;
  private final Clock clock;

  /**
   * @param jobs reads stored jobs
   * @param deliveries the maximum number of starts of a run
   * @param host on which runs run
   * @param others whether other workers consume the same queue
   * @param delays how long the broker keeps a request that is rejected after it was rejected so
   *     often
   */
  WorkRuns(
      JobJson jobs,
      int deliveries,
      String host,
      BooleanSupplier others,
      LongFunction<Duration> delays,
      Clock clock) {
    this.jobs = jobs;
    this.deliveries = deliveries;
    this.host = host;
    this.others = others;
    this.delays = delays;
    this.clock = clock;
  }

  /**
   * Whether the run may be recorded although its lease is not marked as ended: it was delivered
   * again, or the mark may have expired.
   */
  @CalledByRoute
  public boolean mayBeRecorded(@Variable("request") WorkRequest request, Boolean redelivered) {
    return Boolean.TRUE.equals(redelivered)
        || request.requested().isBefore(clock.instant().minus(Leases.OVER.dividedBy(2)));
  }

  /**
   * Whether a run is among the records, as JSON, that its job has. That of a worker which has lost
   * the run to another one does not count.
   */
  @CalledByRoute
  public boolean isRecorded(@Variable("request") WorkRequest request, List<String> records) {
    return records.stream()
        .filter(record -> RunEndJson.isOf(record, request.run()))
        .anyMatch(record -> !record.contains("\"reason\":\"" + PlaceWatch.LOST));
  }

  /**
   * The requested run; {@code json} is the stored job, null if there is none.
   *
   * @throws NotStoredYet if there is none, and the request is young
   * @throws IllegalArgumentException if there is none, or none that can be read
   */
  @CalledByRoute
  public Run readRun(@Variable("request") WorkRequest request, String json, Leases.Start start)
      throws NotStoredYet {
    if (json == null) {
      if (Duration.between(request.requested(), clock.instant()).compareTo(STORED) < 0) {
        throw new NotStoredYet("job " + request.job() + " is not in the store yet");
      }
      throw new IllegalArgumentException("the job is not in the store");
    }
    Run.Cause cause = Run.Cause.find(request.cause()).orElseThrow();
    return new Run(
        request.run(),
        jobs.read(json),
        request.scheduled(),
        cause,
        start.number(),
        start.failed(),
        0,
        request.note(),
        false);
  }

  /**
   * Whether another worker should get the request: the last attempt failed on this host not long
   * ago, and other workers consume the queue.
   */
  @CalledByRoute
  public boolean isBetterElsewhere(Leases.Start start) {
    return start
        .failed()
        .filter(failed -> failed.host().equals(host))
        .filter(failed -> clock.instant().isBefore(failed.at().plus(AVOIDED)))
        .filter(failed -> others.getAsBoolean())
        .isPresent();
  }

  /**
   * Whether the broker can keep the request, so that it occupies no slot: it would deliver it again
   * before the retry of {@code run} is due. A run with places stays here, where they are renewed.
   *
   * @param rejected how often the request was rejected; null for never
   */
  @CalledByRoute
  public boolean isBetterLater(
      @Variable("request") WorkRequest request, @Variable("run") Run run, Long rejected) {
    long times = rejected == null ? 0 : rejected;
    Duration delay = delays.apply(times);
    Instant now = clock.instant();
    // A queue that was declared by others may not delay, although the broker can.
    boolean wasDelayed = times <= Duration.between(request.requested(), now).toSeconds();
    return !delay.isZero()
        && wasDelayed
        && Place.of(run).isEmpty()
        && run.failed()
            .filter(failed -> !JobDelays.retryOf(run.job(), failed).isBefore(now.plus(delay)))
            .isPresent();
  }

  /**
   * Returns if {@code run} may be started once more.
   *
   * @throws WorkerDied if not
   */
  @CalledByRoute
  public void requireStartAllowed(@Variable("run") Run run) throws WorkerDied {
    if (run.delivery() > 1 && run.job().policies().onCrash() == OnCrash.DROP) {
      throw new WorkerDied("its worker died");
    }
    if (run.delivery() > deliveries) {
      throw new WorkerDied("workers died, " + deliveries + " times");
    }
    if (run.delivery() > 1) {
      LOG.atWarn()
          .addKeyValue("job", run.job().id())
          .addKeyValue("run", run.id())
          .addKeyValue("delivery", run.delivery())
          .log("job restarted: its worker died");
    }
  }

  /** Whether the request is to become a dead letter. */
  @CalledByRoute
  public boolean isDeadLetter(@Variable("run") Run run) {
    return run.delivery() > deliveries;
  }

  /** The end of a run whose job cannot be read. */
  @CalledByRoute
  public RunEnd endWithoutJob(
      @Variable("request") WorkRequest request, Leases.Start start, Exception failure) {
    // Camel wraps what a method in an expression throws.
    Throwable reason = failure.getCause() == null ? failure : failure.getCause();
    LOG.atWarn()
        .addKeyValue("job", request.job())
        .addKeyValue("run", request.run())
        .addKeyValue("reason", reason.getMessage())
        .log("job of a requested run cannot be read");
    Optional<FailedAttempts> failed = start.failed();
    return new RunEnd(
        request.job(),
        request.run(),
        (failed.isPresent() ? Outcome.INTERRUPTED : Outcome.SKIPPED).text(),
        Optional.empty(),
        Optional.empty(),
        Optional.of(reason.getMessage()),
        request.cause(),
        request.scheduled(),
        failed.flatMap(FailedAttempts::started),
        clock.instant(),
        host,
        failed.map(FailedAttempts::count).orElse(0),
        false,
        "",
        Optional.empty());
  }
}
