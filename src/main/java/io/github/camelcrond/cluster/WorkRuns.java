// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cluster;

import io.github.camelcrond.camel.CalledByRoute;
import io.github.camelcrond.crontab.JobJson;
import io.github.camelcrond.crontab.Policies.OnCrash;
import io.github.camelcrond.run.Outcome;
import io.github.camelcrond.run.Run;
import io.github.camelcrond.run.RunEnd;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.camel.Variable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns requests into runs, or into records of runs that are not executed. */
public final class WorkRuns {
  private static final Logger LOG = LoggerFactory.getLogger("crond.cluster");

  /** How long a scheduler may take to store a crontab some of whose jobs are already due. */
  private static final Duration STORED = Duration.ofMinutes(1);

  private final JobJson jobs;
  private final int deliveries;
  private final String host;
  private final Clock clock;

  /**
   * @param jobs reads stored jobs
   * @param deliveries the maximum number of starts of a run
   * @param host on which runs run
   */
  WorkRuns(JobJson jobs, int deliveries, String host, Clock clock) {
    this.jobs = jobs;
    this.deliveries = deliveries;
    this.host = host;
    this.clock = clock;
  }

  /** Whether a run is among the records, as JSON, that its job has. */
  @CalledByRoute
  public boolean isRecorded(@Variable("request") WorkRequest request, List<String> records) {
    String mark = "\"run\":\"" + request.run() + "\"";
    return records.stream().anyMatch(record -> record.contains(mark));
  }

  /**
   * The requested run; {@code json} is the stored job, null if there is none.
   *
   * @throws NotStoredYet if there is none, and the request is young
   * @throws IllegalArgumentException if there is none, or none that can be read
   */
  @CalledByRoute
  public Run readRun(@Variable("request") WorkRequest request, String json, int delivery)
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
        delivery,
        0,
        request.note(),
        false);
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
  public RunEnd endWithoutJob(@Variable("request") WorkRequest request, Exception failure) {
    // Camel wraps what a method in an expression throws.
    Throwable reason = failure.getCause() == null ? failure : failure.getCause();
    LOG.atWarn()
        .addKeyValue("job", request.job())
        .addKeyValue("run", request.run())
        .addKeyValue("reason", reason.getMessage())
        .log("job of a requested run cannot be read");
    return new RunEnd(
        request.job(),
        request.run(),
        Outcome.SKIPPED.text(),
        Optional.empty(),
        Optional.empty(),
        Optional.of(reason.getMessage()),
        request.cause(),
        request.scheduled(),
        Optional.empty(),
        clock.instant(),
        host,
        0,
        false,
        "",
        Optional.empty());
  }
}
