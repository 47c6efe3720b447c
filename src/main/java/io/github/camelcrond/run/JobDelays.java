// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.run;

import io.github.camelcrond.crontab.Job;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/** How long a run waits before its start, and before a retry. */
public final class JobDelays {
  private static final Duration LONGEST = Duration.ofDays(1);

  private final Runs runs;
  private final Clock clock;

  /**
   * @param runs knows the number of attempts of a run
   */
  public JobDelays(Runs runs, Clock clock) {
    this.runs = runs;
    this.clock = clock;
  }

  /**
   * A random time up to {@code RANDOM_DELAY}, but shorter than the time until the next firing; zero
   * for a manual run.
   */
  public Duration beforeStart(Run run) {
    Duration bound = run.job().policies().randomDelay();
    if (bound.isZero() || run.cause() == Run.Cause.MANUAL || run.failed().isPresent()) {
      return Duration.ZERO;
    }
    Instant now = clock.instant();
    Instant after = run.scheduled().isAfter(now) ? run.scheduled() : now;
    Optional<Instant> next = run.job().schedule().next(after);
    Duration gap = next.map(n -> Duration.between(now, n)).orElse(bound);
    long most = Math.min(bound.toMillis(), Math.max(0, gap.toMillis() - 1));
    return Duration.ofMillis(ThreadLocalRandom.current().nextLong(most + 1));
  }

  /**
   * {@code CRON_RETRY_DELAY} after the first attempt, doubled after each further one, at most a
   * day; zero if there is no retry. After an attempt on another worker, what is left of it.
   */
  public Duration beforeRetry(Run run) {
    int tried = runs.find(run.id()).map(RunProgress::attempt).orElse(0);
    if (tried == 0 || !runs.hasAttemptLeft(run)) {
      return Duration.ZERO;
    }
    return run.failed()
        .filter(earlier -> earlier.count() == tried)
        .map(earlier -> Duration.between(clock.instant(), retryOf(run.job(), earlier)))
        .orElseGet(() -> afterAttempts(run.job(), tried));
  }

  /** When the retry of a run is due whose attempts so far failed on another worker. */
  public static Instant retryOf(Job job, FailedAttempts failed) {
    return failed.at().plus(afterAttempts(job, failed.count()));
  }

  private static Duration afterAttempts(Job job, int tried) {
    Duration delay = job.policies().retryDelay();
    for (int i = 1; i < tried && delay.compareTo(LONGEST) < 0; i++) {
      delay = delay.multipliedBy(2);
    }
    return delay.compareTo(LONGEST) < 0 ? delay : LONGEST;
  }
}
