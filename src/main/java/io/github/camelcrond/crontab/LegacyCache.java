// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.crontab;

import io.github.camelcrond.config.Json;
import io.github.camelcrond.config.JsonException;
import io.github.camelcrond.config.JsonValue;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/**
 * The crontab as kept by the Python service that this daemon replaces: a JSON list of {@code
 * [minute, hour, day, month, weekday, user, command]}.
 */
public final class LegacyCache {
  private static final int VALUES = 7;

  private LegacyCache() {}

  /**
   * The cache as a crontab in the system format. An entry that cannot be a line becomes a comment
   * with the reason, so that nothing is lost.
   */
  public static String render(String json) {
    StringBuilder text = new StringBuilder("# imported from crond-service-cronjob-cache\n");
    JsonValue list;
    try {
      list = Json.read(json);
    } catch (JsonException e) {
      return text + comment("not JSON: " + e.getMessage(), json);
    }
    if (!list.isList()) {
      return text + comment("not a list", json);
    }
    int number = 0;
    for (JsonValue entry : list) {
      number++;
      text.append(line(number, entry));
    }
    return text.toString();
  }

  private static String line(int number, JsonValue entry) {
    if (entry.size() != VALUES) {
      return comment("entry " + number + " is not a list of 7 values", entry.toString());
    }
    List<String> values = new ArrayList<>(VALUES);
    for (JsonValue value : entry) {
      if (!value.isText() && !value.isNumber()) {
        return comment("entry " + number + " has a value that is not a string", entry.toString());
      }
      values.add(value.text().strip());
    }
    String command = values.remove(VALUES - 1);
    // That service had no endpoints; a backslash keeps the first word a command.
    values.add(EndpointRule.schemeLength(command) > 0 ? "\\" + command : command);
    String line = String.join(" ", values);
    String fault = fault(line, values);
    return fault.isEmpty()
        ? line + "\n"
        : comment("entry " + number + ": " + fault, entry.toString());
  }

  /** Why the line would not be read back with the same values; empty if it would. */
  private static String fault(String line, List<String> values) {
    for (String value : values.subList(0, VALUES - 1)) {
      if (value.isEmpty() || value.chars().anyMatch(Character::isWhitespace)) {
        return "a blank in a field";
      }
    }
    if (line.indexOf('\n') >= 0 || line.indexOf('\r') >= 0) {
      return "more than one line";
    }
    Crontab read =
        new CrontabReader(ReaderOptions.of(ZoneOffset.UTC), Clock.systemUTC()).read(line);
    if (!read.errors().isEmpty()) {
      return read.errors().get(0).message();
    }
    return read.jobs().size() == 1 ? "" : "not a job line";
  }

  private static String comment(String why, String what) {
    String oneLine = what.replace("\r", "\\r").replace("\n", "\\n");
    return "# left out, " + Characters.printable(why) + ": " + oneLine + "\n";
  }
}
