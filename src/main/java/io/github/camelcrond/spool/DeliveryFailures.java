// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.spool;

import io.github.camelcrond.config.ErrorText;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs once when delivery to an endpoint begins to fail, and once when it is resumed. */
final class DeliveryFailures {
  private static final Logger LOG = LoggerFactory.getLogger("crond.spool");

  private final Map<String, Set<String>> lanes = new HashMap<>();

  void begin(String lane, String endpoint, Exception cause) {
    Set<String> failing = lanes.computeIfAbsent(endpoint, e -> new HashSet<>());
    boolean first = failing.isEmpty();
    failing.add(lane);
    if (first) {
      LOG.atWarn()
          .addKeyValue("endpoint", endpoint)
          .addKeyValue("reason", ErrorText.of(cause))
          .log("delivery failing, messages queued");
    }
  }

  /** The failing message was dropped; the next one of its lane may be delivered. */
  void dropped(String lane, String endpoint) {
    lanes.computeIfPresent(
        endpoint,
        (e, failing) -> {
          failing.remove(lane);
          return failing.isEmpty() ? null : failing;
        });
  }

  void end(String lane, String endpoint, int queued) {
    Set<String> failing = lanes.get(endpoint);
    if (failing == null || !failing.remove(lane) || !failing.isEmpty()) {
      return;
    }
    lanes.remove(endpoint);
    LOG.atInfo()
        .addKeyValue("endpoint", endpoint)
        .addKeyValue("queued", queued)
        .log("delivery resumed");
  }
}
