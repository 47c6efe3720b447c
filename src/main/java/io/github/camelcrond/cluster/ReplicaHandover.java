// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cluster;

import io.github.camelcrond.run.Runs;
import io.github.camelcrond.run.WaitStep;
import java.time.Duration;
import java.util.List;

/**
 * Prepares the stop of a replica: further firings are left to the other replicas, and claimed
 * firings start, as no other replica will run them.
 */
public final class ReplicaHandover {
  private static final Duration LONGEST = Duration.ofSeconds(2);
  private static final Duration LOOK_AGAIN = Duration.ofMillis(5);

  private final Claims claims;
  private final Runs runs;
  private final List<WaitStep> waits;

  /**
   * @param waits at which a run may wait for long
   */
  public ReplicaHandover(Claims claims, Runs runs, List<WaitStep> waits) {
    this.claims = claims;
    this.runs = runs;
    this.waits = List.copyOf(waits);
  }

  /** Takes a few milliseconds, at most two seconds. */
  public void run() throws InterruptedException {
    claims.leaveAll();
    long end = System.nanoTime() + LONGEST.toNanos();
    while (onTheirWay() > 0 && System.nanoTime() < end) {
      Thread.sleep(LOOK_AGAIN.toMillis());
    }
  }

  /** Runs that have neither started nor wait for anything but their turn to start. */
  private long onTheirWay() {
    long unstarted = runs.all().stream().filter(run -> run.attempt() == 0).count();
    return unstarted - waits.stream().mapToInt(WaitStep::waiting).sum();
  }
}
