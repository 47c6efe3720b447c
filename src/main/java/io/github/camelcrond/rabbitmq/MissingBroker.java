// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.rabbitmq;

import java.util.Map;
import org.apache.camel.Endpoint;
import org.apache.camel.component.springrabbit.SpringRabbitMQComponent;

/**
 * The component where no broker is configured. It has the usual type, as Camel configures it by
 * name.
 */
final class MissingBroker extends SpringRabbitMQComponent {
  @Override
  protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) {
    throw new IllegalStateException("crond.rabbitmq.url is not set");
  }
}
