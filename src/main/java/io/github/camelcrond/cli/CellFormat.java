// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cli;

import io.github.camelcrond.config.Durations;
import io.github.camelcrond.config.JsonValue;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;

/** Formats JSON values of the API as table cells; a missing value is a hyphen. */
final class CellFormat {
  private static final DateTimeFormatter WALL =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss xxx");

  private CellFormat() {}

  static String text(JsonValue value) {
    return value.exists() ? value.text() : "-";
  }

  /** An instant in the time zone of this machine, with the offset from UTC. */
  static String time(JsonValue value) {
    return value.isText() ? WALL.format(value.instant().atZone(ZoneId.systemDefault())) : "-";
  }

  /** An instant in its own time zone, with the offset from UTC. */
  static String wall(JsonValue value) {
    return value.isText() ? WALL.format(OffsetDateTime.parse(value.text())) : "-";
  }

  static String duration(JsonValue seconds) {
    return seconds.isNumber()
        ? Durations.format(Duration.ofMillis(Math.round(seconds.number() * 1000)))
        : "-";
  }

  /** The exit code, or the signal that ended the process. */
  static String code(JsonValue run) {
    return run.get("signal").exists()
        ? "signal " + run.get("signal").integer()
        : text(run.get("exit-code"));
  }
}
