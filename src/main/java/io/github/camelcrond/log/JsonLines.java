// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.log;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.LayoutBase;
import io.github.camelcrond.config.Json;
import io.github.camelcrond.config.JsonException;
import io.github.camelcrond.config.JsonValue;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.slf4j.event.KeyValuePair;

/**
 * Formats a log record as one line of JSON: {@code time}, {@code level}, {@code message}, and the
 * key-value pairs of the event.
 */
final class JsonLines extends LayoutBase<ILoggingEvent> {
  private static final String LEVEL = "level";

  /** Levels by the names and numbers that loggers of other languages use. */
  private static final Map<String, String> LEVELS =
      Map.ofEntries(
          Map.entry("trace", "TRACE"),
          Map.entry("10", "TRACE"),
          Map.entry("debug", "DEBUG"),
          Map.entry("20", "DEBUG"),
          Map.entry("info", "INFO"),
          Map.entry("information", "INFO"),
          Map.entry("notice", "INFO"),
          Map.entry("30", "INFO"),
          Map.entry("warn", "WARN"),
          Map.entry("warning", "WARN"),
          Map.entry("40", "WARN"),
          Map.entry("error", "ERROR"),
          Map.entry("50", "ERROR"),
          Map.entry("fatal", "ERROR"),
          Map.entry("60", "ERROR"),
          Map.entry("critical", "ERROR"),
          Map.entry("panic", "ERROR"));

  private final boolean merge;

  JsonLines(boolean merge) {
    this.merge = merge;
  }

  @Override
  public String doLayout(ILoggingEvent event) {
    Map<String, Object> record = new LinkedHashMap<>();
    record.put("time", event.getInstant().toString());
    record.put(LEVEL, event.getLevel().toString());
    Optional<JsonValue> said =
        merge && event.getLoggerName().equals(LogSetup.OUTPUT) ? object(event) : Optional.empty();
    said.ifPresentOrElse(
        // The time is that of the record; other members are those of the job, as is a known level.
        o -> {
          o.members().forEach(record::putIfAbsent);
          level(o).ifPresent(level -> record.put(LEVEL, level));
        },
        () -> record.put("message", event.getFormattedMessage()));
    if (event.getKeyValuePairs() != null) {
      for (KeyValuePair pair : event.getKeyValuePairs()) {
        boolean number = pair.value instanceof Integer || pair.value instanceof Long;
        record.put(pair.key, number ? pair.value : String.valueOf(pair.value));
      }
    }
    if (event.getThrowableProxy() != null) {
      record.put("stack", ThrowableProxyUtil.asString(event.getThrowableProxy()));
    }
    return Json.text(record) + '\n';
  }

  private static Optional<String> level(JsonValue object) {
    return object
        .find(LEVEL)
        .map(level -> LEVELS.get(String.valueOf(level.plain()).toLowerCase(Locale.ROOT)));
  }

  private static Optional<JsonValue> object(ILoggingEvent event) {
    String line = event.getFormattedMessage();
    if (!line.startsWith("{")) {
      return Optional.empty();
    }
    try {
      // Text after an object would be lost.
      return Optional.of(Json.readWhole(line));
    } catch (JsonException e) {
      return Optional.empty();
    }
  }
}
