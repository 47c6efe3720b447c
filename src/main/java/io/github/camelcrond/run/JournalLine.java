// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.run;

import com.fasterxml.jackson.core.JsonGenerator;
import io.github.camelcrond.config.Json;
import io.github.camelcrond.config.JsonException;
import io.github.camelcrond.config.JsonValue;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

/**
 * Records of the run journal as JSON. They are written field by field, as each run needs several of
 * them before its start.
 */
final class JournalLine {
  private JournalLine() {}

  /** {@code event} as JSON in UTF-8. */
  static byte[] of(JournalEvent event) {
    ByteArrayOutputStream line = new ByteArrayOutputStream(512);
    try (JsonGenerator json = Json.factory().createGenerator(line)) {
      json.writeStartObject();
      write(event, json);
      json.writeEndObject();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return line.toByteArray();
  }

  private static void write(JournalEvent event, JsonGenerator json) throws IOException {
    if (event instanceof JournalEvent.Waiting waiting) {
      json.writeStringField("event", "waiting");
      json.writeStringField("run", waiting.run());
      json.writeStringField("job", waiting.job());
      json.writeStringField("scheduled", waiting.scheduled().toString());
      json.writeStringField("cause", waiting.cause());
      json.writeStringField("host", waiting.host());
      if (waiting.note().isPresent()) {
        json.writeStringField("note", waiting.note().get());
      }
    } else if (event instanceof JournalEvent.Started started) {
      json.writeStringField("event", "started");
      json.writeStringField("run", started.run());
      json.writeStringField("job", started.job());
      json.writeStringField("scheduled", started.scheduled().toString());
      json.writeStringField("cause", started.cause());
      json.writeStringField("started", started.started().toString());
      json.writeStringField("host", started.host());
      json.writeNumberField("delivery", started.delivery());
      json.writeNumberField("pid", started.pid());
      json.writeNumberField("booted", started.booted());
    } else if (event instanceof JournalEvent.Ended ended) {
      json.writeStringField("event", "ended");
      json.writeFieldName("end");
      RunEndJson.write(ended.end(), json);
      if (ended.output().isPresent()) {
        json.writeStringField("output", ended.output().get());
      }
    } else if (event instanceof JournalEvent.Published done) {
      json.writeStringField("event", "told");
      json.writeStringField("run", done.run());
    }
  }

  /**
   * The event that {@link #of} wrote.
   *
   * @throws JsonException if {@code line} is something else
   */
  static JournalEvent read(String line) {
    JsonValue json = Json.read(line);
    String event = json.get("event").text();
    return switch (event) {
      case "waiting" ->
          new JournalEvent.Waiting(
              json.get("run").text(),
              json.get("job").text(),
              json.get("scheduled").instant(),
              json.get("cause").text(),
              json.get("host").text(),
              json.find("note").map(JsonValue::text));
      case "started" ->
          new JournalEvent.Started(
              json.get("run").text(),
              json.get("job").text(),
              json.get("scheduled").instant(),
              json.get("cause").text(),
              json.get("started").instant(),
              json.get("host").text(),
              json.find("delivery").map(JsonValue::integer).orElse(0),
              json.find("pid").map(JsonValue::longInteger).orElse(0L),
              json.find("booted").map(JsonValue::longInteger).orElse(0L));
      case "ended" ->
          new JournalEvent.Ended(
              RunEndJson.read(json.get("end")), json.find("output").map(JsonValue::text));
      case "told" -> new JournalEvent.Published(json.get("run").text());
      default -> throw new JsonException("event is " + event + ", which is unknown");
    };
  }
}
