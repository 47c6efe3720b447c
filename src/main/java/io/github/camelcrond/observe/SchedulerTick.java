// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.observe;

import io.github.camelcrond.camel.CalledByRoute;
import io.github.camelcrond.config.CheckResult;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** Checks that the scheduler fires: it starts a route every 30 seconds, which calls this bean. */
public final class SchedulerTick {
  private static final Duration LONGEST = Duration.ofSeconds(90);

  private final Clock clock;
  private Instant last;

  /** Starts the measurement. */
  public SchedulerTick(Clock clock) {
    this.clock = clock;
    this.last = clock.instant();
  }

  /** Notes that the scheduler has fired. */
  @CalledByRoute
  public synchronized void noteTick() {
    last = clock.instant();
  }

  /** Down if it has not fired for 90 seconds. */
  public synchronized CheckResult check() {
    Duration since = Duration.between(last, clock.instant());
    if (since.isNegative()) {
      // The clock was set back; the measurement restarts.
      last = clock.instant();
      return CheckResult.up("the clock was set back");
    }
    String message = "ticked " + since.toSeconds() + " s ago";
    return since.compareTo(LONGEST) <= 0 ? CheckResult.up(message) : CheckResult.down(message);
  }
}
