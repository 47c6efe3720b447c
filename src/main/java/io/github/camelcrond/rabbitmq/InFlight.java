// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.rabbitmq;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import java.util.Optional;
import org.springframework.amqp.rabbit.connection.ChannelProxy;
import org.springframework.amqp.rabbit.connection.CorrelationData;

/** A message on its way to the broker. Its future completes with the broker's answer. */
final class InFlight extends CorrelationData {
  final String exchange;
  final String routingKey;
  final boolean mandatory;
  final BasicProperties properties;
  final byte[] body;
  final long asked = System.nanoTime();

  /** When it was last sent, in nanoseconds. */
  volatile long since = asked;

  volatile Optional<BrokerConnection> connection = Optional.empty();
  volatile Optional<Channel> channel = Optional.empty();
  volatile boolean written;
  private Optional<ChannelProxy> own = Optional.empty();

  /**
   * @param exchange name, empty for the default exchange
   * @param mandatory whether a message that reaches no queue is a failure
   * @param properties with a message-id
   */
  InFlight(
      String exchange,
      String routingKey,
      boolean mandatory,
      BasicProperties properties,
      byte[] body) {
    super(PublisherChannel.correlation(properties.getMessageId(), routingKey));
    this.exchange = exchange;
    this.routingKey = routingKey;
    this.mandatory = mandatory;
    this.properties = properties;
    this.body = body;
  }

  /** The same message, to be sent again. */
  InFlight again() {
    return new InFlight(exchange, routingKey, mandatory, properties, body);
  }

  /** Gives {@code channel} to this message alone. */
  synchronized void occupy(ChannelProxy channel) {
    own = Optional.of(channel);
  }

  /** Removes and returns the channel of this message, if it has one; the caller must release it. */
  synchronized Optional<ChannelProxy> leave() {
    Optional<ChannelProxy> left = own;
    own = Optional.empty();
    return left;
  }

  /** Exchange and routing key, for error messages. */
  String destination() {
    return exchange.isEmpty()
        ? "queue " + routingKey
        : "exchange " + exchange + " with routing key " + routingKey;
  }
}
