// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.job;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.github.camelcrond.config.Json;
import java.util.Map;
import org.apache.camel.Variable;

/** What a line that sends a message sends if nobody says what. */
public final class JobMessage {

  /** Job, run and scheduled instant as JSON. */
  public String body(@Variable("run") Run run) {
    try {
      return Json.mapper()
          .writeValueAsString(
              new java.util.TreeMap<>(
                  Map.of(
                      "job", run.job().id(),
                      "run", run.id(),
                      "scheduled", run.scheduled().toString())));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
