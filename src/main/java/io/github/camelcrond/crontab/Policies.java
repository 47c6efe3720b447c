// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.crontab;

import java.time.Duration;
import java.util.Optional;

/**
 * What the variables {@code RANDOM_DELAY} and {@code CRON_*} ask for a job.
 *
 * @param randomDelay upper bound of a delay drawn for each run; zero for none
 * @param timeout TERM to the process group after so long
 * @param killAfter KILL so long after TERM
 * @param scope where overlap and group hold
 * @param on which replicas run the job
 * @param retries further tries after a failure, 0 or more
 * @param retryDelay pause before the first retry, doubled each time
 * @param catchUp a firing missed within this long is made up for by one run
 * @param maxAge unhealthy when the last success is older
 * @param output endpoint URI that gets a copy of the output, or {@code none}
 * @param queue workers that take the job
 * @param onStoreDown what happens if Redis does not respond; otherwise as set for the daemon
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
    Optional<Duration> catchUp,
    Optional<Duration> maxAge,
    Optional<String> output,
    Optional<String> queue,
    OnCrash onCrash,
    Optional<OnStoreDown> onStoreDown) {

  /** What happens to a firing while the job's last run still runs. */
  public enum Overlap {
    /** Both run. */
    ALLOW,
    /** The new one is skipped. */
    SKIP,
    /** The new one waits; at most one waits, further ones are skipped. */
    QUEUE,
    /** The running one is ended, the new one runs. */
    REPLACE
  }

  /** The processes over which {@code CRON_OVERLAP} and {@code CRON_GROUP} hold. */
  public enum Scope {
    /** All replicas and workers of a store. */
    CLUSTER,
    /** Each process for itself. */
    REPLICA
  }

  /** The replicas that run a job. */
  public enum On {
    /** For each firing one of them. */
    ONE,
    /** Each of them. */
    EACH
  }

  /** What becomes of a run whose worker dies. */
  public enum OnCrash {
    /** Another worker runs it again. */
    RERUN,
    /** It is given up. */
    DROP
  }

  /** What becomes of a run that needs Redis to start while Redis does not respond. */
  public enum OnStoreDown {
    /** It is skipped. */
    SKIP,
    /** It runs, perhaps on several replicas or beside another run. */
    RUN
  }

  /** How the output of a job is logged. */
  public enum LogForm {
    /** Each line as a record of the log. */
    STRUCTURED,
    /** As it is, on the daemon's standard output and error. */
    RAW,
    /** The same with a prefix in front of each line. */
    PREFIXED,
    /** Not at all. */
    FALSE
  }

  /**
   * Jobs of which only so many run at a time.
   *
   * @param limit 1 or more
   */
  public record Group(String name, int limit) {}

  /** Whether each replica runs the job, independently of the others. */
  public boolean onEach() {
    return on == On.EACH;
  }

  /** What holds when no variable is set. */
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
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          OnCrash.RERUN,
          Optional.empty());
}
