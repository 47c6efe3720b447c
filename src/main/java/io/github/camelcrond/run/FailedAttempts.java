// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.run;

import io.github.camelcrond.config.Json;
import io.github.camelcrond.config.JsonException;
import io.github.camelcrond.config.JsonValue;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The attempts of a run that failed before its request went back to the queue ({@code CRON_RETRY_ON
 * = other}).
 *
 * @param count 1 or more
 * @param host on which the last one failed
 * @param at when the last one failed
 * @param started when the first one started, if any did
 */
public record FailedAttempts(int count, String host, Instant at, Optional<Instant> started) {

  /** As one line of JSON. */
  public String json() {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("attempts", count);
    facts.put("host", host);
    facts.put("at", at);
    started.ifPresent(instant -> facts.put("started", instant));
    return Json.text(facts);
  }

  /**
   * Reads what {@link #json()} wrote.
   *
   * @throws JsonException if {@code text} is something else
   */
  public static FailedAttempts parse(String text) {
    JsonValue json = Json.read(text);
    return new FailedAttempts(
        json.get("attempts").integer(),
        json.get("host").text(),
        json.get("at").instant(),
        json.find("started").map(JsonValue::instant));
  }
}
