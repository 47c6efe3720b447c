// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.crontab;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;

/** A crontab as {@code check --json} prints it. */
public final class CrontabJson {
  private static final JsonFactory FACTORY = new JsonFactory();

  private CrontabJson() {}

  /** The crontab as one JSON object in one line. */
  public static String write(Crontab crontab, Instant now) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = FACTORY.createGenerator(text)) {
      json.writeStartObject();
      json.writeArrayFieldStart("jobs");
      for (Job job : crontab.jobs()) {
        JobJson.write(json, job, now);
      }
      json.writeEndArray();
      write(json, "errors", crontab.errors());
      write(json, "warnings", crontab.warnings());
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  private static void write(JsonGenerator json, String name, List<Problem> problems)
      throws IOException {
    json.writeArrayFieldStart(name);
    for (Problem problem : problems) {
      json.writeStartObject();
      json.writeNumberField("line", problem.line());
      json.writeNumberField("column", problem.column());
      json.writeStringField("message", problem.message());
      json.writeEndObject();
    }
    json.writeEndArray();
  }
}
