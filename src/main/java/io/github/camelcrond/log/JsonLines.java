// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.log;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camelcrond.config.Json;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.slf4j.event.KeyValuePair;

/**
 * A log record as one line of JSON: {@code time}, {@code level}, {@code message} and what else the
 * event says.
 */
final class JsonLines extends EncoderBase<ILoggingEvent> {
  private static final byte[] NOTHING = {};
  private static final String OUTPUT = "crond.output";

  /** Takes a line only as a whole: what follows an object would be lost. */
  private static final ObjectReader OBJECT =
      Json.mapper().reader(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private final boolean merge;

  JsonLines(boolean merge) {
    this.merge = merge;
  }

  @Override
  public byte[] encode(ILoggingEvent event) {
    ObjectNode record = Json.mapper().createObjectNode();
    record.put("time", event.getInstant().toString());
    record.put("level", event.getLevel().toString());
    Optional<ObjectNode> said =
        merge && event.getLoggerName().equals(OUTPUT) ? object(event) : Optional.empty();
    said.ifPresentOrElse(
        // Time and level of the record stay ours; all else is the job's.
        o -> o.properties().forEach(p -> record.putIfAbsent(p.getKey(), p.getValue())),
        () -> record.put("message", event.getFormattedMessage()));
    if (event.getKeyValuePairs() != null) {
      for (KeyValuePair pair : event.getKeyValuePairs()) {
        put(record, pair.key, pair.value);
      }
    }
    if (event.getThrowableProxy() != null) {
      record.put("stack", ThrowableProxyUtil.asString(event.getThrowableProxy()));
    }
    return (record + "\n").getBytes(StandardCharsets.UTF_8);
  }

  private static void put(ObjectNode record, String key, Object value) {
    if (value instanceof Integer number) {
      record.put(key, number);
    } else if (value instanceof Long number) {
      record.put(key, number);
    } else {
      record.put(key, String.valueOf(value));
    }
  }

  private static Optional<ObjectNode> object(ILoggingEvent event) {
    String line = event.getFormattedMessage();
    if (!line.startsWith("{")) {
      return Optional.empty();
    }
    try {
      JsonNode node = OBJECT.readTree(line);
      return node instanceof ObjectNode object ? Optional.of(object) : Optional.empty();
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  @Override
  public byte[] headerBytes() {
    return NOTHING;
  }

  @Override
  public byte[] footerBytes() {
    return NOTHING;
  }
}
