// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.run;

import com.fasterxml.jackson.core.JsonGenerator;
import io.github.camelcrond.config.Json;
import io.github.camelcrond.config.JsonException;
import io.github.camelcrond.config.JsonValue;
import java.io.IOException;
import java.io.StringWriter;

/**
 * Records of runs as JSON. They are written field by field, as each run is written several times.
 */
public final class RunEndJson {
  private RunEndJson() {}

  /** {@code end} as JSON text. */
  public static String text(RunEnd end) {
    StringWriter text = new StringWriter(512);
    try (JsonGenerator json = Json.factory().createGenerator(text)) {
      write(end, json);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return text.toString();
  }

  /**
   * Reads a record that {@link #text} has written. Optional values may be missing, as may attempt,
   * truncated and output.
   *
   * @throws JsonException if {@code text} is not such a record
   */
  public static RunEnd read(String text) {
    return read(Json.read(text));
  }

  static RunEnd read(JsonValue json) {
    // Interned, as thousands of records in memory share job, outcome, cause and host.
    return new RunEnd(
        json.get("job").text().intern(),
        json.get("run").text(),
        json.get("outcome").text().intern(),
        json.find("exit-code").map(JsonValue::integer),
        json.find("signal").map(JsonValue::integer),
        json.find("reason").map(JsonValue::text),
        json.get("cause").text().intern(),
        json.get("scheduled").instant(),
        json.find("started").map(JsonValue::instant),
        json.get("ended").instant(),
        json.get("host").text().intern(),
        json.find("attempt").map(JsonValue::integer).orElse(0),
        json.get("truncated").isTrue(),
        json.find("output").map(JsonValue::text).orElse(""),
        json.find("delivery").map(JsonValue::integer));
  }

  /**
   * Whether {@code json}, which {@link #text} has written, is the record of {@code run}. A search
   * of many records need not parse them. The output cannot contain the text that is searched for,
   * as quotes in it are escaped.
   */
  public static boolean isOf(String json, String run) {
    return json.contains("\"run\":\"" + run + '"');
  }

  static void write(RunEnd end, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("run", end.run());
    json.writeStringField("job", end.job());
    json.writeStringField("outcome", end.outcome());
    if (end.exitCode().isPresent()) {
      json.writeNumberField("exit-code", end.exitCode().get());
    }
    if (end.signal().isPresent()) {
      json.writeNumberField("signal", end.signal().get());
    }
    if (end.reason().isPresent()) {
      json.writeStringField("reason", end.reason().get());
    }
    json.writeStringField("cause", end.cause());
    json.writeStringField("scheduled", end.scheduled().toString());
    if (end.started().isPresent()) {
      json.writeStringField("started", end.started().get().toString());
    }
    json.writeStringField("ended", end.ended().toString());
    json.writeStringField("host", end.host());
    json.writeNumberField("attempt", end.attempt());
    json.writeBooleanField("truncated", end.truncated());
    json.writeStringField("output", end.output());
    if (end.delivery().isPresent()) {
      json.writeNumberField("delivery", end.delivery().get());
    }
    json.writeEndObject();
  }
}
