// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.spool;

import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.camel.Endpoint;
import org.apache.camel.support.DefaultComponent;

/**
 * The component behind {@code spool:} endpoints.
 *
 * <ul>
 *   <li>{@code to: spool:ENDPOINT} stores the message on disk, to be delivered to that endpoint.
 *   <li>{@code to: spool:batch:ENDPOINT} does so with the next {@code to: spool:flush}, which
 *       writes all messages so far at once.
 *   <li>{@code from: spool:for-broker} and {@code from: spool:for-others} receive the messages for
 *       RabbitMQ and for any other endpoint, which is in the variable {@value #DESTINATION}. A
 *       message is removed from disk when its exchange succeeds.
 * </ul>
 */
final class SpoolComponent extends DefaultComponent {
  /** Variable of an exchange that is delivered: the endpoint that its message is for. */
  static final String DESTINATION = "destination";

  private final Spool spool;
  private final Function<String, Optional<String>> refusal;

  /**
   * @param refusal why a message may not be sent to an endpoint; empty if it may
   */
  SpoolComponent(Spool spool, Function<String, Optional<String>> refusal) {
    this.spool = spool;
    this.refusal = refusal;
  }

  @Override
  protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) {
    SpoolEndpoint endpoint = new SpoolEndpoint(uri, this, spool);
    endpoint
        .destination()
        .flatMap(refusal)
        .ifPresent(
            reason -> {
              throw new IllegalArgumentException(reason);
            });
    return endpoint;
  }
}
