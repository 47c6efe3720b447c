// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cluster;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Thrown for a run that is on a host that does not respond. */
public final class HostGone extends Exception {
  private static final long serialVersionUID = 1L;

  /**
   * @param seen when {@code host} last reported to Redis
   */
  HostGone(String run, String host, Instant seen) {
    super(
        String.format(
            "run %s is on host %s, which does not respond; last seen at %s",
            run, host, seen.truncatedTo(ChronoUnit.SECONDS)));
  }
}
