// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.schedule;

import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;

/** {@code @reboot}: fires once when the daemon starts. */
public record RebootSchedule(ZoneId zone) implements Schedule {

  /** Empty: no instant is known in advance. */
  @Override
  public Optional<Instant> next(Instant after) {
    return Optional.empty();
  }

  @Override
  public String expression() {
    return "@reboot";
  }
}
