// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cluster;

import io.github.camelcrond.config.JsonValue;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a daemon asks the others about a run.
 *
 * @param run run-id
 * @param attempt whose output was read last; 0 if none was
 * @param offset position in the output of that attempt, in bytes
 */
record PeerQuestion(Kind kind, String run, int attempt, long offset) {

  /** What the daemon that has the run does; each answers with the state of the run. */
  enum Kind {
    /** Nothing more. */
    SHOW,
    /** It adds a part of the output. */
    OUTPUT,
    /** It ends the run. */
    KILL
  }

  PeerQuestion(Kind kind, String run) {
    this(kind, run, 0, 0);
  }

  Map<String, Object> facts() {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("kind", kind.name());
    facts.put("run", run);
    facts.put("attempt", attempt);
    facts.put("offset", offset);
    return facts;
  }

  /** Reads {@link #facts}. */
  static PeerQuestion read(JsonValue json) {
    return new PeerQuestion(
        Kind.valueOf(json.get("kind").text()),
        json.get("run").text(),
        json.get("attempt").integer(),
        json.get("offset").longInteger());
  }
}
