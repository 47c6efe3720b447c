// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.observe;

import io.github.camelcrond.camel.CalledByRoute;
import io.github.camelcrond.config.CheckResult;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** Whether the alarm clock goes: a route that it starts every 30 seconds comes by here. */
public final class SchedulerTick {
  private static final Duration LONGEST = Duration.ofSeconds(90);

  private final Clock clock;
  private Instant last;

  /** Counts from now on. */
  public SchedulerTick(Clock clock) {
    this.clock = clock;
    this.last = clock.instant();
  }

  /** The alarm clock went off. */
  @CalledByRoute
  public synchronized void noteTick() {
    last = clock.instant();
  }

  /** Down if it has not gone off for 90 seconds. */
  public synchronized CheckResult check() {
    Duration since = Duration.between(last, clock.instant());
    if (since.isNegative()) {
      // The clock was set back; from now on it is measured anew.
      last = clock.instant();
      return CheckResult.up("the clock was set back");
    }
    String message = "ticked " + since.toSeconds() + " s ago";
    return since.compareTo(LONGEST) <= 0 ? CheckResult.up(message) : CheckResult.down(message);
  }
}
