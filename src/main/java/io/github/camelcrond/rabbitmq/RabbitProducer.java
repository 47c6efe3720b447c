// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.rabbitmq;

import com.rabbitmq.client.AMQP.BasicProperties;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.component.springrabbit.SpringRabbitMQConstants;
import org.apache.camel.component.springrabbit.SpringRabbitMQHelper;
import org.apache.camel.component.springrabbit.SpringRabbitMQProducer;
import org.springframework.amqp.AmqpException;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageProperties;
import org.springframework.amqp.rabbit.core.RabbitAdmin;
import org.springframework.amqp.rabbit.support.DefaultMessagePropertiesConverter;

/**
 * Publishes messages with confirms and, unless the header {@value #MANDATORY} is {@code false}, as
 * mandatory: a message that no queue has accepted is a failure. Otherwise like Camel's producer.
 */
final class RabbitProducer extends SpringRabbitMQProducer {
  /** Header: {@code false} if a message that reaches no queue is not a failure. */
  static final String MANDATORY = "CamelSpringRabbitmqMandatory";

  private static final DefaultMessagePropertiesConverter PROPERTIES =
      new DefaultMessagePropertiesConverter();

  private final Publisher publisher;

  /** Whether the elements of the endpoint have been declared and, as far as is known, exist. */
  private volatile boolean declared;

  RabbitProducer(RabbitEndpoint endpoint, Publisher publisher) {
    super(endpoint);
    this.publisher = publisher;
  }

  /** Declares nothing yet, unlike Camel's producer: the broker may be down. */
  @Override
  protected void doStart() throws Exception {
    if (getEndpoint().isTestConnectionOnStartup()) {
      testConnectionOnStartup();
    }
  }

  @Override
  protected boolean processInOnly(Exchange exchange, AsyncCallback callback) {
    InFlight message = outgoing(exchange);
    try {
      declare();
    } catch (IOException e) {
      exchange.setException(e);
      callback.done(true);
      return true;
    }
    // After a failure, declare again: a queue may have been deleted.
    CompletableFuture<Void> confirmed =
        publisher.publish(message).whenComplete((nothing, failure) -> declared &= failure == null);
    if (exchange.getProperty(RabbitComponent.WITHOUT_THREAD) != null) {
      confirmed.whenComplete(
          (nothing, failure) -> {
            exchange.setException(failure == null ? null : failure.getCause());
            callback.done(false);
          });
      return false;
    }
    try {
      confirmed.get();
    } catch (ExecutionException e) {
      exchange.setException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      exchange.setException(new IOException("interrupted while waiting for the confirmation", e));
    }
    callback.done(true);
    return true;
  }

  /** Declares the elements that {@code autoDeclareProducer} demands, before the first message. */
  private void declare() throws IOException {
    if (declared || !getEndpoint().isAutoDeclareProducer()) {
      return;
    }
    RabbitAdmin admin = new RabbitAdmin(getEndpoint().getConnectionFactory());
    try {
      getEndpoint().declareElements(null, admin);
      declared = true;
    } catch (AmqpException e) {
      throw BrokerErrors.concernsOneMessage(e)
          ? new Undeliverable(
              "exchange " + getEndpoint().getExchangeName() + ": " + BrokerErrors.of(e))
          : new BrokerDown("the broker cannot be reached: " + BrokerErrors.of(e));
    }
  }

  private InFlight outgoing(Exchange exchange) {
    org.apache.camel.Message in = exchange.getMessage();
    Optional<Object> name = header(in, SpringRabbitMQConstants.EXCHANGE_OVERRIDE_NAME);
    Optional<Object> key = header(in, SpringRabbitMQConstants.ROUTING_OVERRIDE_KEY);
    Optional<Object> mandatory = header(in, MANDATORY);
    Message message = message(exchange);
    BasicProperties properties =
        PROPERTIES.fromMessageProperties(
            message.getMessageProperties(), StandardCharsets.UTF_8.name());
    if (properties.getMessageId() == null) {
      // Returned messages are correlated by it.
      properties = properties.builder().messageId(UUID.randomUUID().toString()).build();
    }
    String to = name.map(Object::toString).orElseGet(getEndpoint()::getExchangeName);
    return new InFlight(
        SpringRabbitMQHelper.isDefaultExchange(to) ? "" : to,
        key.map(Object::toString)
            .or(() -> Optional.ofNullable(getEndpoint().getRoutingKey()))
            .orElse(""),
        mandatory.map(m -> !m.toString().equals("false")).orElse(true),
        properties,
        message.getBody());
  }

  private static Optional<Object> header(org.apache.camel.Message in, String name) {
    return Optional.ofNullable(in.removeHeader(name));
  }

  private Message message(Exchange exchange) {
    Object body = exchange.getMessage().getBody();
    if (body instanceof Message ready) {
      return ready;
    }
    MessageProperties properties =
        getEndpoint().getMessagePropertiesConverter().toMessageProperties(exchange);
    Object sent = body == null ? new byte[0] : body;
    return getEndpoint().getMessageConverter().toMessage(sent, properties);
  }
}
