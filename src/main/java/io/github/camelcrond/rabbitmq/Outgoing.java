// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.rabbitmq;

import com.rabbitmq.client.AMQP.BasicProperties;

/**
 * A message on its way to the broker.
 *
 * @param exchange name, empty for the default exchange
 * @param mandatory whether it is a failure if no queue gets it
 * @param properties with a message-id, by which the broker's answer is told
 */
record Outgoing(
    String exchange,
    String routingKey,
    boolean mandatory,
    BasicProperties properties,
    byte[] body) {

  /** Exchange and routing key, for messages. */
  String destination() {
    return exchange.isEmpty()
        ? "queue " + routingKey
        : "exchange " + exchange + " with routing key " + routingKey;
  }
}
