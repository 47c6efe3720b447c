// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.crontab;

import java.time.Duration;
import java.util.Optional;

/**
 * The values of {@code RANDOM_DELAY} and the {@code CRON_*} variables for a job.
 *
 * @param randomDelay upper bound of a random delay before each run; zero for none
 * @param timeout how long a run may take before its process group gets TERM
 * @param killAfter time from TERM to KILL
 * @param overlap what happens to a firing while a run of the job is in progress
 * @param group the group of jobs of which only a limited number run at once
 * @param scope the processes over which overlap and group hold
 * @param on the replicas that run the job
 * @param retries number of further attempts after a failure, 0 or more
 * @param retryDelay wait before the first retry, doubled for each further one
 * @param retryOn the worker that retries a run from the queue
 * @param catchUp how long after a missed firing the daemon still makes up for it with one run; zero
 *     for never
 * @param maxAge the job is unhealthy if its last success is older than this
 * @param output endpoint URI that gets a copy of the output, or {@code none}
 * @param queue the queue of workers that run the job
 * @param onCrash what happens to a run whose worker dies
 * @param onStoreDown what happens if Redis does not respond; empty for the setting of the daemon
 */
public record Policies(
    Duration randomDelay,
    Optional<Duration> timeout,
    Duration killAfter,
    Overlap overlap,
    Optional<Group> group,
    Scope scope,
    On on,
    int retries,
    Duration retryDelay,
    RetryOn retryOn,
    Optional<Duration> catchUp,
    Optional<Duration> maxAge,
    Optional<String> output,
    Optional<String> queue,
    OnCrash onCrash,
    Optional<OnStoreDown> onStoreDown) {

  /** What happens to a firing while the previous run of the job is in progress. */
  public enum Overlap {
    /** Both run. */
    ALLOW,
    /** The new run is skipped. */
    SKIP,
    /** The new run waits; if one waits already, it is skipped. */
    QUEUE,
    /** The run in progress is ended, then the new one starts. */
    REPLACE
  }

  /** The processes over which {@code CRON_OVERLAP} and {@code CRON_GROUP} hold. */
  public enum Scope {
    /** All replicas and workers of a store. */
    CLUSTER,
    /** Each process on its own. */
    REPLICA
  }

  /** The replicas that run a job. */
  public enum On {
    /** One of them for each firing. */
    ONE,
    /** Each of them. */
    EACH
  }

  /** The worker that retries a run from the queue. */
  public enum RetryOn {
    /** The one whose attempt failed. */
    SAME,
    /** Any that gets the request, which goes back to the queue; another one if there is one. */
    OTHER
  }

  /** What happens to a run whose worker dies. */
  public enum OnCrash {
    /** Another worker runs it again. */
    RERUN,
    /** It is recorded as lost. */
    DROP
  }

  /** What happens to a run that needs Redis in order to start while Redis does not respond. */
  public enum OnStoreDown {
    /** It is skipped. */
    SKIP,
    /** It runs, although it may run on several replicas, or beside another run. */
    RUN
  }

  /** How the output of a job is logged. */
  public enum LogForm {
    /** Each line as a log record. */
    STRUCTURED,
    /** Unchanged, on the standard output and standard error of the daemon. */
    RAW,
    /** Like {@link #RAW}, with a prefix before each line. */
    PREFIXED,
    /** The output is not logged. */
    FALSE
  }

  /**
   * A group of jobs of which only a limited number run at once.
   *
   * @param name 1 to 64 letters, digits, {@code .}, {@code _} or {@code -}
   * @param limit number of runs, 1 or more
   */
  public record Group(String name, int limit) {}

  /** Whether each replica runs the job independently of the others. */
  public boolean onEach() {
    return on == On.EACH;
  }

  /** The policies of a job for which no variable is set. */
  public static final Policies DEFAULT =
      new Policies(
          Duration.ZERO,
          Optional.empty(),
          Duration.ofSeconds(10),
          Overlap.ALLOW,
          Optional.empty(),
          Scope.CLUSTER,
          On.ONE,
          0,
          Duration.ofSeconds(10),
          RetryOn.SAME,
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          OnCrash.RERUN,
          Optional.empty());
}
