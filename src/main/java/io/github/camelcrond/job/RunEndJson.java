// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.job;

import com.fasterxml.jackson.core.JsonGenerator;
import io.github.camelcrond.config.Json;
import java.io.IOException;
import java.io.StringWriter;

/**
 * Writes records of runs as JSON, the same as the mapper does. Field by field, as each run is
 * written several times and the mapper's way costs several times as much.
 */
public final class RunEndJson {
  private RunEndJson() {}

  /** {@code end} as JSON text. */
  public static String text(RunEnd end) {
    StringWriter text = new StringWriter(512);
    try (JsonGenerator json = Json.mapper().getFactory().createGenerator(text)) {
      write(end, json);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return text.toString();
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
