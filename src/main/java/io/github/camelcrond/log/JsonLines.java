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

  /** The level of a line of a job, by the names and numbers that loggers of other languages use. */
  private static Optional<String> level(JsonValue object) {
    String said = String.valueOf(object.get(LEVEL).plain()).toLowerCase(Locale.ROOT);
    return Optional.ofNullable(
        switch (said) {
          case "trace", "10" -> "TRACE";
          case "debug", "20" -> "DEBUG";
          case "info", "information", "notice", "30" -> "INFO";
          case "warn", "warning", "40" -> "WARN";
          case "error", "50", "fatal", "60", "critical", "panic" -> "ERROR";
          default -> null;
        });
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
