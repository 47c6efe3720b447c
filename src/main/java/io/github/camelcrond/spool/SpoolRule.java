// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.spool;

import io.github.camelcrond.cluster.WorkSettings;
import io.github.camelcrond.config.Settings;
import io.github.camelcrond.crontab.EndpointRule;
import java.net.URISyntaxException;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.util.URISupport;

/**
 * Which endpoints the spool may send to: those that a crontab may name, that of {@code
 * crond.run.output}, the daemon's exchange, and the queues of requests for workers.
 */
final class SpoolRule {
  private final EndpointRule crontabs;
  private final Set<String> own;
  private final String requests;

  /**
   * @param crontabs the endpoints that crontabs may name
   */
  SpoolRule(Settings settings, EndpointRule crontabs) {
    this.crontabs = crontabs;
    String exchange = "rabbitmq:" + settings.text("crond.rabbitmq.exchange");
    this.own =
        Stream.concat(Stream.of(exchange), settings.find("crond.run.output").stream())
            .map(SpoolRule::normal)
            .collect(Collectors.toSet());
    this.requests = normal(WorkSettings.endpoint(WorkSettings.of(settings).base()));
  }

  /** Why a message may not be sent to {@code uri}; empty if it may. */
  Optional<String> refusal(String uri) {
    String normal = normal(uri);
    boolean request =
        normal.startsWith(requests)
            && normal.substring(requests.length()).matches("(\\.[A-Za-z0-9._-]+)?");
    return request || own.contains(normal) ? Optional.empty() : crontabs.refusal(uri);
  }

  /** As Camel writes it: options in order. */
  private static String normal(String uri) {
    try {
      return URISupport.normalizeUri(uri);
    } catch (URISyntaxException e) {
      return uri;
    }
  }
}
