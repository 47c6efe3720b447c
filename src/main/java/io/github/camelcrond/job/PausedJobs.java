// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.job;

import io.github.camelcrond.camel.CalledByRoute;
import io.github.camelcrond.run.Run;
import io.github.camelcrond.run.RunSkipped;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.camel.Variable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The paused jobs. The store keeps the set and is read at the start; changes that are not stored
 * yet, or that were made after the store was read, take precedence over what it returns.
 */
public final class PausedJobs {
  private static final Logger LOG = LoggerFactory.getLogger("crond.run");

  private final Set<String> paused = new TreeSet<>();
  private final Map<String, Boolean> pending = new HashMap<>();
  // By job-id, the number of its last change, made here or stored.
  private final Map<String, Long> changed = new HashMap<>();
  private long changes;
  private boolean unknown = true;

  /** The number of changes so far, to be read before the store, for {@link #replace}. */
  @CalledByRoute
  public synchronized long countChanges() {
    return changes;
  }

  /**
   * Replaces the paused jobs by {@code jobIds}, which the store has, except for jobs that have
   * changed since the store was asked.
   *
   * @param seen the result of {@link #countChanges} before the store was asked
   */
  @CalledByRoute
  public synchronized void replace(Collection<String> jobIds, long seen) {
    Set<String> now = new TreeSet<>(jobIds);
    changed.forEach(
        (jobId, change) -> {
          if (change > seen || pending.containsKey(jobId)) {
            now.remove(jobId);
            if (paused.contains(jobId)) {
              now.add(jobId);
            }
          }
        });
    paused.clear();
    paused.addAll(now);
    unknown = false;
  }

  /** Whether the store has not been read yet. */
  @CalledByRoute
  public synchronized boolean needsReading() {
    return unknown;
  }

  /** Pauses the job with {@code jobId}: its firings are skipped, manual runs are not. */
  @CalledByRoute
  public synchronized void pause(@Variable("job-id") String jobId) {
    change(jobId, true);
    if (paused.add(jobId)) {
      LOG.atInfo().addKeyValue("job", jobId).log("job paused");
    }
  }

  /** Resumes the job with {@code jobId}. */
  @CalledByRoute
  public synchronized void resume(@Variable("job-id") String jobId) {
    change(jobId, false);
    if (paused.remove(jobId)) {
      LOG.atInfo().addKeyValue("job", jobId).log("job resumed");
    }
  }

  private void change(String jobId, boolean pause) {
    pending.put(jobId, pause);
    changed.put(jobId, ++changes);
  }

  /** Whether the job with {@code jobId} is paused. */
  @CalledByRoute
  public synchronized boolean isPaused(@Variable("job-id") String jobId) {
    return paused.contains(jobId);
  }

  /** Marks all pauses as not stored, as the store has lost them. */
  @CalledByRoute
  public synchronized void markAllPending() {
    paused.forEach(jobId -> change(jobId, true));
  }

  /** The jobs whose last pause or resumption is not stored yet. */
  @CalledByRoute
  public synchronized Set<String> pendingJobs() {
    return new TreeSet<>(pending.keySet());
  }

  /**
   * Notes that the store has {@code jobId} as paused or resumed, which may have changed here since
   * then.
   */
  @CalledByRoute
  public synchronized void noteStored(String jobId, boolean pause) {
    if (pending.remove(jobId, pause)) {
      changed.put(jobId, ++changes);
    }
  }

  /** The job-ids of all paused jobs. */
  public synchronized Set<String> all() {
    return new TreeSet<>(paused);
  }

  /**
   * Returns if the job of {@code run} is not paused, or the run is manual.
   *
   * @throws RunSkipped if it is paused
   */
  @CalledByRoute
  public void skipIfPaused(@Variable("run") Run run) throws RunSkipped {
    if (run.cause() != Run.Cause.MANUAL && isPaused(run.job().id())) {
      throw new RunSkipped("the job is paused");
    }
  }
}
