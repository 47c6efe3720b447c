// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.job;

import io.github.camelcrond.crontab.Job;
import io.github.camelcrond.schedule.AtSchedule;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Remembers which {@code @at} jobs have fired, however the clock is set afterwards. */
final class OneTimeJobs {
  private final Map<String, Instant> done = new ConcurrentHashMap<>();

  /** Whether {@code job} may fire for {@code scheduled}; from then on it may not. */
  boolean take(Job job, Instant scheduled) {
    if (isDone(job)) {
      return false;
    }
    if (job.schedule() instanceof AtSchedule) {
      done(job.id(), scheduled);
    }
    return true;
  }

  /** Notes that all firings of the job up to {@code last} are accounted for. */
  void done(String jobId, Instant last) {
    done.merge(jobId, last, (a, b) -> a.isAfter(b) ? a : b);
  }

  /** Whether {@code job} has fired at its only instant. */
  boolean fired(Job job) {
    return job.schedule() instanceof AtSchedule at && at.at().equals(done.get(job.id()));
  }

  /**
   * Whether {@code job} has had its one firing or is not to have it any more; never for a job that
   * fires again and again.
   */
  boolean isDone(Job job) {
    return job.schedule() instanceof AtSchedule at
        && !done.getOrDefault(job.id(), Instant.MIN).isBefore(at.at());
  }
}
