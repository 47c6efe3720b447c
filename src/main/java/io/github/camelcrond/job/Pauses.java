// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.job;

import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import org.apache.camel.Variable;

/** The paused jobs. What stands here is also in the store, from which it is set at the start. */
public final class Pauses {
  private final Set<String> paused = new ConcurrentSkipListSet<>();

  /** Takes {@code jobIds} for the paused jobs. */
  public void replace(Collection<String> jobIds) {
    paused.retainAll(jobIds);
    paused.addAll(jobIds);
  }

  /**
   * Pauses the job with {@code jobId}: its firings are skipped; a run that somebody asks for is
   * not.
   */
  public void pause(@Variable("job-id") String jobId) {
    paused.add(jobId);
  }

  /** Lets the job with {@code jobId} run again. */
  public void resume(@Variable("job-id") String jobId) {
    paused.remove(jobId);
  }

  /** The paused jobs by job-id. */
  public Set<String> all() {
    return new TreeSet<>(paused);
  }

  /**
   * Lets a run pass whose job is not paused.
   *
   * @throws RunSkipped if it is
   */
  public void check(@Variable("run") Run run) throws RunSkipped {
    if (run.cause() != Run.Cause.MANUAL && paused.contains(run.job().id())) {
      throw new RunSkipped("the job is paused");
    }
  }
}
