// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.rabbitmq;

import org.apache.camel.Producer;
import org.apache.camel.component.springrabbit.SpringRabbitMQEndpoint;
import org.springframework.amqp.rabbit.listener.AbstractMessageListenerContainer;

/** Camel's endpoint for RabbitMQ, with the producer of {@link RabbitComponent}. */
final class RabbitEndpoint extends SpringRabbitMQEndpoint {
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
    return listener;
  }
}
