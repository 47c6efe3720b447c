// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.crontab;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.camelcrond.schedule.Schedule;
import io.github.camelcrond.schedule.ScheduleException;
import io.github.camelcrond.schedule.ScheduleParser;
import io.github.camelcrond.schedule.Zones;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Jobs as JSON objects: what {@code check --json} prints and what the store keeps. The key {@code
 * raw} is there only where the command part as written cannot be told from command and input.
 */
public final class JobJson {
  private static final JsonFactory FACTORY = new JsonFactory();

  private final ReaderOptions options;

  /**
   * @param options say which endpoints a stored job may name
   */
  public JobJson(ReaderOptions options) {
    this.options = options;
  }

  /** The job as one line of JSON; {@code next} is its first instant after {@code now}. */
  public static String write(Job job, Instant now) {
    StringWriter text = new StringWriter(256);
    try (JsonGenerator json = FACTORY.createGenerator(text)) {
      write(json, job, now);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  static void write(JsonGenerator json, Job job, Instant now) throws IOException {
    json.writeStartObject();
    json.writeStringField("id", job.id());
    json.writeNumberField("line", job.line());
    json.writeStringField("schedule", job.text());
    json.writeStringField("zone", job.schedule().zone().getId());
    json.writeStringField("user", job.user());
    json.writeStringField("command", job.command());
    json.writeStringField("stdin", job.stdin().orElse(null));
    json.writeBooleanField("endpoint", job.endpoint());
    if (!job.raw().equals(CommandText.join(job.command(), job.stdin(), job.endpoint()))) {
      json.writeStringField("raw", job.raw());
    }
    json.writeObjectFieldStart("environment");
    for (Map.Entry<String, String> variable : job.environment().entrySet()) {
      json.writeStringField(variable.getKey(), variable.getValue());
    }
    json.writeEndObject();
    json.writeFieldName("policies");
    PolicyJson.write(json, job.policies());
    json.writeStringField(
        "next", job.schedule().next(now).map(i -> local(job.schedule(), i)).orElse(null));
    json.writeEndObject();
  }

  /**
   * The job that a text written by {@link #write} holds.
   *
   * @throws IllegalArgumentException if the text is no such object, or names what is not allowed;
   *     the message says which key
   */
  public Job read(String text) {
    JsonNode json = parse(text);
    String command = oneLine(json, "command");
    Optional<String> stdin = optional(json, "stdin");
    boolean endpoint = json.path("endpoint").asBoolean();
    String id = oneLine(json, "id");
    String schedule = oneLine(json, "schedule");
    String raw =
        oneLine(
            "raw",
            optional(json, "raw").orElseGet(() -> CommandText.join(command, stdin, endpoint)));
    EndpointRule rule = new EndpointRule(options);
    try {
      if (endpoint) {
        rule.check(command);
      }
      return new Job(
          id,
          json.path("line").asInt(1),
          ScheduleParser.parse(schedule, Zones.of(required(json, "zone")), id).schedule(),
          schedule,
          oneLine(json, "user"),
          command,
          stdin,
          endpoint,
          environment(json.path("environment")),
          PolicyJson.read(json.path("policies"), rule),
          raw);
    } catch (ScheduleException | LineException e) {
      throw new IllegalArgumentException("stored job " + Text.shown(id) + ": " + e.getMessage(), e);
    }
  }

  private static JsonNode parse(String text) {
    try {
      return Mapper.SHARED.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("stored job is no JSON: " + e.getOriginalMessage(), e);
    }
  }

  private static String required(JsonNode json, String key) {
    return optional(json, key)
        .orElseThrow(() -> new IllegalArgumentException("stored job has no text under key " + key));
  }

  /** A text that a rendered crontab cannot tear apart. */
  private static String oneLine(JsonNode json, String key) {
    return oneLine(key, required(json, key));
  }

  private static String oneLine(String key, String text) {
    if (text.indexOf('\n') >= 0 || text.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("stored job has a newline or NUL under key " + key);
    }
    return text;
  }

  private static Optional<String> optional(JsonNode json, String key) {
    return Optional.ofNullable(json.path(key).textValue());
  }

  private static Map<String, String> environment(JsonNode json) {
    Map<String, String> variables = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> variable : json.properties()) {
      String name = oneLine("environment", variable.getKey());
      variables.put(name, oneLine("environment", variable.getValue().asText()));
    }
    return Collections.unmodifiableMap(variables);
  }

  private static String local(Schedule schedule, Instant instant) {
    return DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(
        ZonedDateTime.ofInstant(instant, schedule.zone()));
  }

  /** Made only when something is read, as it is slow to make. */
  private static final class Mapper {
    static final ObjectMapper SHARED = new ObjectMapper();
  }
}
