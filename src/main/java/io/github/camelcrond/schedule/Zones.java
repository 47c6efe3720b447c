// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.schedule;

import io.github.camelcrond.config.ClosestWord;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds time zones by the names allowed in {@code TZ} and {@code CRON_TZ}. */
public final class Zones {
  /** In the tz database, but known to java.time only since JDK 23. */
  private static final Map<String, String> OLD_NAMES =
      Map.of("EST", "-05:00", "MST", "-07:00", "HST", "-10:00");

  private static final int NEAREST = 3;

  private Zones() {}

  /**
   * The zone of that name.
   *
   * @param text a name of the tz database such as {@code Europe/Berlin}, or an offset such as
   *     {@code +05:30}
   * @throws ScheduleException at column 1, with similar names, if there is none
   */
  public static ZoneId of(String text) throws ScheduleException {
    return find(text).orElseThrow(() -> new ScheduleException(1, unknown(text)));
  }

  /** The error that no zone has the name {@code text}, with similar names; takes a millisecond. */
  public static String unknown(String text) {
    String near = String.join(", ", nearest(text));
    return "zone "
        + (text.isEmpty() ? "is empty" : text + " is unknown")
        + ", did you mean "
        + near;
  }

  /** The zone of that name, empty if there is none; without the search for similar names. */
  public static Optional<ZoneId> find(String text) {
    try {
      return Optional.of(ZoneId.of(text, OLD_NAMES));
    } catch (DateTimeException unknown) {
      return Optional.empty();
    }
  }

  private record Near(String id, int distance) {}

  private static List<String> nearest(String text) {
    return ZoneId.getAvailableZoneIds().stream()
        .map(id -> new Near(id, distance(text, id)))
        .sorted(Comparator.comparingInt(Near::distance).thenComparing(Near::id))
        .limit(NEAREST)
        .map(Near::id)
        .toList();
  }

  private static int distance(String wanted, String id) {
    return Math.min(
        ClosestWord.distance(wanted, id), 1 + ClosestWord.distance(city(wanted), city(id)));
  }

  private static String city(String id) {
    return id.substring(id.lastIndexOf('/') + 1);
  }
}
