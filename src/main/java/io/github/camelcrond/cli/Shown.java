// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camelcrond.config.Durations;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;

/** Values of the API's JSON as tables show them; what is missing is a hyphen. */
final class Shown {
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");
  private static final DateTimeFormatter WALL =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss xxx");

  private Shown() {}

  static String text(JsonNode node) {
    return node.isMissingNode() || node.isNull() ? "-" : node.asText();
  }

  /** An instant on the clock of this machine. */
  static String time(JsonNode node) {
    return node.isTextual()
        ? TIME.format(Instant.parse(node.asText()).atZone(ZoneId.systemDefault()))
        : "-";
  }

  /** An instant as the clock of its zone shows it, with the offset from UTC. */
  static String wall(JsonNode node) {
    return node.isTextual() ? WALL.format(OffsetDateTime.parse(node.asText())) : "-";
  }

  static String duration(JsonNode seconds) {
    return seconds.isNumber()
        ? Durations.format(Duration.ofMillis(Math.round(seconds.asDouble() * 1000)))
        : "-";
  }

  /** Exit code, or the signal. */
  static String code(JsonNode run) {
    return run.has("signal") ? "signal " + run.path("signal").asInt() : text(run.path("exit-code"));
  }
}
