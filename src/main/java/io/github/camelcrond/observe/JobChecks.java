// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.observe;

import io.github.camelcrond.config.CheckResult;
import io.github.camelcrond.crontab.Job;
import io.github.camelcrond.job.JobTable;
import io.github.camelcrond.run.RunHistory;
import io.github.camelcrond.run.RunHistory.JobHistory;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Checks the jobs for too many consecutive failures and for {@code CRON_MAX_AGE}. */
public final class JobChecks {
  private static final int NAMED = 10;

  private final JobTable jobs;
  private final RunHistory history;
  private final Optional<Integer> failures;
  private final Clock clock;
  private final Instant begin;

  /**
   * @param failures consecutive failures at which health is DOWN; empty for no limit
   */
  public JobChecks(JobTable jobs, RunHistory history, Optional<Integer> failures, Clock clock) {
    this.jobs = jobs;
    this.history = history;
    this.failures = failures;
    this.clock = clock;
    this.begin = clock.instant();
  }

  /** Down if a job failed too often ({@code crond.health.failures}) or is too old. */
  public CheckResult check() {
    Instant now = clock.instant();
    List<String> bad = new ArrayList<>();
    for (Job job : jobs.all()) {
      JobHistory known = history.of(job.id());
      if (failures.isPresent() && known.failures() >= failures.get()) {
        bad.add(job.id() + " failed " + known.failures() + " times in a row");
      } else {
        tooOld(job, known, now).ifPresent(bad::add);
      }
    }
    if (bad.isEmpty()) {
      return CheckResult.up(jobs.all().size() + " jobs");
    }
    String rest = bad.size() > NAMED ? " and " + (bad.size() - NAMED) + " more" : "";
    return CheckResult.down(String.join(", ", bad.subList(0, Math.min(NAMED, bad.size()))) + rest);
  }

  /** {@code CRON_MAX_AGE}; a job that never succeeded has that long from the daemon's start on. */
  private Optional<String> tooOld(Job job, JobHistory known, Instant now) {
    Optional<Duration> most = job.policies().maxAge();
    if (most.isEmpty()) {
      return Optional.empty();
    }
    Instant last = known.lastSuccess().orElse(begin);
    return last.plus(most.get()).isBefore(now)
        ? Optional.of(
            job.id()
                + known.lastSuccess().map(at -> " last succeeded " + at).orElse(" never succeeded"))
        : Optional.empty();
  }
}
