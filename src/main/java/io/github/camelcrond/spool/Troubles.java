// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.spool;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says once that messages for an endpoint are not taken, and once that they are again. */
final class Troubles {
  private static final Logger LOG = LoggerFactory.getLogger("crond.spool");

  private final Map<String, Set<String>> lanes = new HashMap<>();

  void begin(String lane, String endpoint, Exception cause) {
    Set<String> failing = lanes.computeIfAbsent(endpoint, e -> new HashSet<>());
    boolean first = failing.isEmpty();
    failing.add(lane);
    if (first) {
      LOG.atWarn()
          .addKeyValue("endpoint", endpoint)
          .addKeyValue("reason", cause.getMessage() == null ? cause.toString() : cause.getMessage())
          .log("messages wait");
    }
  }

  /** The message that was not taken is gone; the next of its lane may be. */
  void dropped(String lane, String endpoint) {
    lanes.computeIfPresent(
        endpoint,
        (e, failing) -> {
          failing.remove(lane);
          return failing.isEmpty() ? null : failing;
        });
  }

  void over(String lane, String endpoint, int waiting) {
    Set<String> failing = lanes.get(endpoint);
    if (failing == null || !failing.remove(lane) || !failing.isEmpty()) {
      return;
    }
    lanes.remove(endpoint);
    LOG.atInfo()
        .addKeyValue("endpoint", endpoint)
        .addKeyValue("messages", waiting)
        .log("messages are taken again");
  }
}
