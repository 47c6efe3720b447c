// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cli;

import io.github.camelcrond.config.Durations;
import io.github.camelcrond.config.JsonValue;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;

/** Values of the API's JSON as tables show them; what is missing is a hyphen. */
final class CellFormat {
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");
  private static final DateTimeFormatter WALL =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss xxx");

  private CellFormat() {}

  static String text(JsonValue value) {
    return value.exists() ? value.text() : "-";
  }

  /** An instant on the clock of this machine. */
  static String time(JsonValue value) {
    return value.isText() ? TIME.format(value.instant().atZone(ZoneId.systemDefault())) : "-";
  }

  /** An instant as the clock of its zone shows it, with the offset from UTC. */
  static String wall(JsonValue value) {
    return value.isText() ? WALL.format(OffsetDateTime.parse(value.text())) : "-";
  }

  static String duration(JsonValue seconds) {
    return seconds.isNumber()
        ? Durations.format(Duration.ofMillis(Math.round(seconds.number() * 1000)))
        : "-";
  }

  /** Exit code, or the signal. */
  static String code(JsonValue run) {
    return run.get("signal").exists()
        ? "signal " + run.get("signal").integer()
        : text(run.get("exit-code"));
  }
}
