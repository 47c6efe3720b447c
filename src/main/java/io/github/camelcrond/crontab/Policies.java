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
 * @param retries further tries after a failure, 0 or more
 * @param retryDelay pause before the first retry, doubled each time
 * @param catchUp a firing missed within this long is made up for by one run
 * @param maxAge unhealthy when the last success is older
 * @param output endpoint URI that gets a copy of the output, or {@code none}
 * @param queue workers that take the job
 */
public record Policies(
    Duration randomDelay,
    Optional<Duration> timeout,
    Duration killAfter,
    Overlap overlap,
    Optional<Group> group,
    int retries,
    Duration retryDelay,
    Optional<Duration> catchUp,
    Optional<Duration> maxAge,
    Optional<String> output,
    Optional<String> queue,
    OnCrash onCrash) {

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

  /** What becomes of a run whose worker dies. */
  public enum OnCrash {
    /** Another worker runs it again. */
    RERUN,
    /** It is given up. */
    DROP
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

  /** What holds when no variable is set. */
  public static final Policies DEFAULT =
      new Policies(
          Duration.ZERO,
          Optional.empty(),
          Duration.ofSeconds(10),
          Overlap.ALLOW,
          Optional.empty(),
          0,
          Duration.ofSeconds(10),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          OnCrash.RERUN);
}
