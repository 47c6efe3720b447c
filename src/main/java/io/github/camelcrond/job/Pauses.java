// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.job;

import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import org.apache.camel.Variable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The paused jobs. What stands here is also in the store, from which it is taken at the start; what
 * was said while the store was down is owed to it, and goes before what it says.
 */
public final class Pauses {
  private static final Logger LOG = LoggerFactory.getLogger("crond.run");

  private final Set<String> paused = new ConcurrentSkipListSet<>();
  private final Map<String, Boolean> owed = new ConcurrentHashMap<>();
  private volatile boolean unknown = true;

  /** Takes {@code jobIds}, which the store has, for the paused jobs. */
  public void replace(Collection<String> jobIds) {
    Set<String> now = new HashSet<>(jobIds);
    owed.forEach(
        (jobId, pause) -> {
          if (pause) {
            now.add(jobId);
          } else {
            now.remove(jobId);
          }
        });
    paused.retainAll(now);
    paused.addAll(now);
    unknown = false;
  }

  /** Whether the store has not said yet which jobs are paused. */
  public boolean unknown() {
    return unknown;
  }

  /**
   * Pauses the job with {@code jobId}: its firings are skipped; a run that somebody asks for is
   * not.
   */
  public void pause(@Variable("job-id") String jobId) {
    owed.put(jobId, true);
    if (paused.add(jobId)) {
      LOG.atInfo().addKeyValue("job", jobId).log("job paused");
    }
  }

  /** Lets the job with {@code jobId} run again. */
  public void resume(@Variable("job-id") String jobId) {
    owed.put(jobId, false);
    if (paused.remove(jobId)) {
      LOG.atInfo().addKeyValue("job", jobId).log("job resumed");
    }
  }

  /** Whether the job with {@code jobId} is paused. */
  public boolean isPaused(@Variable("job-id") String jobId) {
    return paused.contains(jobId);
  }

  /** Owes the store all pauses: it has lost them. */
  public void oweAll() {
    paused.forEach(jobId -> owed.put(jobId, true));
  }

  /** The jobs of which the store does not know yet that they were paused or resumed. */
  public Set<String> owed() {
    return new TreeSet<>(owed.keySet());
  }

  /** Notes that the store has {@code jobId} as paused, or not; it may be the other way by now. */
  public void stored(String jobId, boolean pause) {
    owed.remove(jobId, pause);
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
    if (run.cause() != Run.Cause.MANUAL && isPaused(run.job().id())) {
      throw new RunSkipped("the job is paused");
    }
  }
}
