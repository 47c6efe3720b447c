// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.rabbitmq;

import org.apache.camel.Producer;
import org.apache.camel.component.springrabbit.SpringRabbitMQEndpoint;
import org.springframework.amqp.rabbit.listener.AbstractMessageListenerContainer;
import org.springframework.amqp.rabbit.listener.DirectMessageListenerContainer;

/** Camel's endpoint for RabbitMQ, with the producer of {@link RabbitComponent}. */
final class RabbitEndpoint extends SpringRabbitMQEndpoint {
  /** How soon consumers are back after the broker; Spring's defaults are five and ten seconds. */
  private static final long RETRY_MILLIS = 3_000;

  private final RabbitComponent component;

  RabbitEndpoint(String uri, RabbitComponent component, String exchange) {
    super(uri, component, exchange);
    this.component = component;
  }

  @Override
  public Producer createProducer() {
    return component.producer(this);
  }

  @Override
  public AbstractMessageListenerContainer createMessageListenerContainer() {
    AbstractMessageListenerContainer listener = super.createMessageListenerContainer();
    listener.setApplicationEventPublisher(component.consumers());
    listener.setRecoveryInterval(RETRY_MILLIS);
    if (listener instanceof DirectMessageListenerContainer direct) {
      direct.setMonitorInterval(RETRY_MILLIS);
    }
    return listener;
  }
}
