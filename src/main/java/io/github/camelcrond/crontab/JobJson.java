// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.crontab;

import io.github.camelcrond.config.Json;
import io.github.camelcrond.config.JsonException;
import io.github.camelcrond.config.JsonValue;
import io.github.camelcrond.config.Sha256;
import io.github.camelcrond.schedule.Schedule;
import io.github.camelcrond.schedule.ScheduleException;
import io.github.camelcrond.schedule.ScheduleParser;
import io.github.camelcrond.schedule.Zones;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Jobs as JSON objects, as printed by {@code check --json} and kept in the store. The key {@code
 * raw} is present only if the command part as written does not follow from command and input; the
 * key {@code file} only if the crontab consists of several files. A stored job ends with a {@code
 * digest} of everything before it.
 */
public final class JobJson {
  private static final Pattern DIGEST = Pattern.compile("(.*),\"digest\":\"([^\"]*)\"}");

  private final EndpointRule endpoints;

  /**
   * @param endpoints the endpoints that a stored job may send to
   */
  public JobJson(EndpointRule endpoints) {
    this.endpoints = endpoints;
  }

  /**
   * {@code job} as one line of JSON with a digest; {@code next} is its first firing after {@code
   * now}.
   */
  public static String write(Job job, Instant now) {
    Map<String, Object> facts = facts(job, now);
    facts.put("digest", Sha256.shortHex(Json.text(facts)));
    return Json.text(facts);
  }

  /** {@code job} as a JSON object without the digest, by key; the caller may add keys. */
  public static Map<String, Object> facts(Job job, Instant now) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("id", job.id());
    if (!job.file().isEmpty()) {
      facts.put("file", job.file());
    }
    facts.put("line", job.line());
    facts.put("schedule", job.text());
    facts.put("zone", job.schedule().zone().getId());
    facts.put("user", job.user());
    facts.put("command", job.command());
    facts.put("stdin", job.stdin().orElse(null));
    facts.put("endpoint", job.endpoint());
    if (!job.raw().equals(CommandText.join(job.command(), job.stdin(), job.endpoint()))) {
      facts.put("raw", job.raw());
    }
    facts.put("environment", job.environment());
    facts.put("policies", PolicyJson.facts(job.policies()));
    facts.put("next", job.schedule().next(now).map(i -> local(job.schedule(), i)).orElse(null));
    return facts;
  }

  /**
   * Reads a job that {@link #write} has written.
   *
   * @throws IllegalArgumentException if the text is not such an object, its digest does not match,
   *     or it contains a value that is not allowed; the message names the key. A job without a
   *     digest counts as edited by hand, and is accepted.
   */
  public Job read(String text) {
    JsonValue json = parse(text);
    checkDigest(json, text);
    String command = oneLine(json, "command");
    String user = oneLine(json, "user");
    if (command.isBlank()) {
      throw new IllegalArgumentException("command of a stored job is empty");
    }
    if (user.isEmpty() || user.chars().anyMatch(Character::isWhitespace)) {
      throw new IllegalArgumentException("user of a stored job is empty or contains a blank");
    }
    Optional<String> stdin = optional(json, "stdin");
    boolean endpoint = json.get("endpoint").isTrue();
    String id = oneLine(json, "id");
    String schedule = oneLine(json, "schedule");
    String raw =
        oneLine(
            "raw",
            optional(json, "raw").orElseGet(() -> CommandText.join(command, stdin, endpoint)));
    try {
      if (endpoint) {
        endpoints.check(command);
      }
      return new Job(
          id,
          json.find("file").isPresent() ? oneLine(json, "file") : "",
          json.find("line").map(JsonValue::integer).orElse(1),
          ScheduleParser.parse(schedule, Zones.of(required(json, "zone")), id).schedule(),
          schedule,
          user,
          command,
          stdin,
          endpoint,
          environment(json.get("environment")),
          PolicyJson.read(json.get("policies"), endpoints),
          raw);
    } catch (ScheduleException | LineException | JsonException e) {
      throw new IllegalArgumentException(
          "stored job " + Characters.shown(id) + ": " + e.getMessage(), e);
    }
  }

  private static void checkDigest(JsonValue json, String text) {
    if (json.find("digest").isEmpty()) {
      return;
    }
    Matcher stored = DIGEST.matcher(text);
    if (!stored.matches() || !Sha256.shortHex(stored.group(1) + "}").equals(stored.group(2))) {
      throw new IllegalArgumentException(
          "stored job does not match its digest; if it was edited by hand, remove \"digest\"");
    }
  }

  private static JsonValue parse(String text) {
    try {
      return Json.read(text);
    } catch (JsonException e) {
      throw new IllegalArgumentException("stored job is not JSON: " + e.getMessage(), e);
    }
  }

  private static String required(JsonValue json, String key) {
    return optional(json, key)
        .orElseThrow(() -> new IllegalArgumentException("stored job has no string for key " + key));
  }

  /** A string without line breaks, which would otherwise split a line of the restored crontab. */
  private static String oneLine(JsonValue json, String key) {
    return oneLine(key, required(json, key));
  }

  private static String oneLine(String key, String text) {
    if (text.indexOf('\n') >= 0 || text.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("stored job has a newline or NUL in key " + key);
    }
    return text;
  }

  private static Optional<String> optional(JsonValue json, String key) {
    return json.find(key).filter(JsonValue::isText).map(JsonValue::text);
  }

  private static Map<String, String> environment(JsonValue json) {
    Map<String, String> variables = new LinkedHashMap<>();
    for (Map.Entry<String, JsonValue> variable : json.members().entrySet()) {
      String name = oneLine("environment", variable.getKey());
      variables.put(name, oneLine("environment", variable.getValue().text()));
    }
    return Collections.unmodifiableMap(variables);
  }

  private static String local(Schedule schedule, Instant instant) {
    return DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(
        ZonedDateTime.ofInstant(instant, schedule.zone()));
  }
}
