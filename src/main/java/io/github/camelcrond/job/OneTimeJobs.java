// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.job;

import io.github.camelcrond.crontab.Job;
import io.github.camelcrond.schedule.AtSchedule;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Remembers which {@code @at} jobs have fired, also if the clock is set back. */
final class OneTimeJobs {
  private final Map<String, Instant> done = new ConcurrentHashMap<>();

  /**
   * Whether {@code job} may fire for {@code scheduled}; the call uses up the firing of an
   * {@code @at} job.
   */
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
   * Whether {@code job} has fired at its single instant, or that was missed; always false for a job
   * that fires repeatedly.
   */
  boolean isDone(Job job) {
    return job.schedule() instanceof AtSchedule at
        && !done.getOrDefault(job.id(), Instant.MIN).isBefore(at.at());
  }
}
