// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cluster;

import io.github.camelcrond.config.JsonValue;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A part of the output of a run that another daemon has.
 *
 * @param run the run as the API shows it
 * @param attempt whose output it is; 0 before the first
 * @param text the part; empty if there is no more yet
 * @param next position behind the part, in bytes from the start of the output of the attempt
 */
public record PeerOutput(JsonValue run, int attempt, String text, long next) {

  /** Whether the run has ended and all of its output was read. */
  public boolean isLast() {
    return text.isEmpty() && run.get("ended").exists();
  }

  static Map<String, Object> facts(int attempt, String text, long next) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("attempt", attempt);
    facts.put("text", text);
    facts.put("next", next);
    return facts;
  }

  /** Reads {@link #facts} from an answer. */
  static PeerOutput read(JsonValue answer) {
    JsonValue part = answer.get("output");
    return new PeerOutput(
        answer.get("view"),
        part.get("attempt").integer(),
        part.get("text").text(),
        part.get("next").longInteger());
  }
}
