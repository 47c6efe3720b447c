// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.work;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectReader;
import io.github.camelcrond.config.Json;
import io.github.camelcrond.job.Run;
import java.time.Instant;
import java.util.Optional;

/**
 * What a worker is asked for; a message of the queue. The command is not in it.
 *
 * @param job job-id, under which the store has the job
 * @param run run-id
 * @param cause {@link Run.Cause#text()}
 * @param digest of the crontab that was in force, SHA-256 in hex
 * @param requested when it was asked for
 */
public record WorkRequest(
    String job, String run, Instant scheduled, String cause, String digest, Instant requested) {
  private static final ObjectReader READER = Json.mapper().readerFor(WorkRequest.class);

  /** As one line of JSON. */
  public String json() {
    try {
      return Json.mapper().writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Reads what {@link #json()} wrote; empty if {@code text} is something else. */
  public static Optional<WorkRequest> parse(String text) {
    try {
      WorkRequest read = READER.readValue(text);
      return Optional.ofNullable(read).filter(WorkRequest::complete);
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  private boolean complete() {
    return job != null
        && run != null
        && scheduled != null
        && requested != null
        && Run.Cause.find(cause).isPresent();
  }
}
