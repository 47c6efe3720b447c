// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.crontab;

import io.github.camelcrond.schedule.ParsedSchedule;
import io.github.camelcrond.schedule.ScheduleException;
import io.github.camelcrond.schedule.ScheduleParser;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.Map;

/** Parses each distinct schedule of a crontab once. */
final class Schedules {
  private final Map<String, ParsedSchedule> known = new HashMap<>();

  /**
   * The schedule {@code text} in {@code zone}; the values of {@code ~} and {@code H} are derived
   * from {@code id}.
   *
   * @throws ScheduleException if the text is not a schedule
   */
  ParsedSchedule get(String text, ZoneId zone, String id) throws ScheduleException {
    if (text.indexOf('~') >= 0 || text.indexOf('H') >= 0 || text.indexOf('h') >= 0) {
      return ScheduleParser.parse(text, zone, id);
    }
    String key = text + '\0' + zone;
    ParsedSchedule parsed = known.get(key);
    if (parsed == null) {
      parsed = ScheduleParser.parse(text, zone, "");
      known.put(key, parsed);
    }
    return parsed;
  }
}
