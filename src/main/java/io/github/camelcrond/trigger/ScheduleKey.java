// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.trigger;

import io.github.camelcrond.config.Sha256;
import io.github.camelcrond.schedule.Schedule;

/** Short names for schedules, the same for the same expression in the same zone. */
public final class ScheduleKey {
  private ScheduleKey() {}

  /** The first 12 hexadecimal digits of SHA-256 over expression and zone. */
  public static String of(Schedule schedule) {
    return Sha256.shortHex(schedule.identity());
  }

  /** The id of the route that fires {@code schedule}. */
  public static String route(Schedule schedule) {
    return CronTemplate.PREFIX + of(schedule);
  }
}
