// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cluster;

import io.github.camelcrond.config.Json;
import io.github.camelcrond.config.JsonException;
import io.github.camelcrond.config.JsonValue;
import io.github.camelcrond.run.Run;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The request for a run, a message of the queue. It does not contain the command.
 *
 * @param job job-id, under which the store has the job
 * @param run run-id
 * @param cause {@link Run.Cause#text()}
 * @param digest of the crontab that was in force, SHA-256 in hex
 * @param requested when it was asked for
 * @param note {@link Run#note}
 */
public record WorkRequest(
    String job,
    String run,
    Instant scheduled,
    String cause,
    String digest,
    Instant requested,
    Optional<String> note) {

  /** As one line of JSON. */
  public String json() {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("job", job);
    facts.put("run", run);
    facts.put("scheduled", scheduled);
    facts.put("cause", cause);
    facts.put("digest", digest);
    facts.put("requested", requested);
    note.ifPresent(text -> facts.put("note", text));
    return Json.text(facts);
  }

  /** Reads what {@link #json()} wrote; empty if {@code text} is something else. */
  public static Optional<WorkRequest> parse(String text) {
    try {
      JsonValue json = Json.read(text);
      WorkRequest read =
          new WorkRequest(
              json.get("job").text(),
              json.get("run").text(),
              json.get("scheduled").instant(),
              json.get("cause").text(),
              json.find("digest").map(JsonValue::text).orElse(""),
              json.get("requested").instant(),
              json.find("note").map(JsonValue::text));
      return Optional.of(read).filter(request -> Run.Cause.find(request.cause()).isPresent());
    } catch (JsonException e) {
      return Optional.empty();
    }
  }
}
