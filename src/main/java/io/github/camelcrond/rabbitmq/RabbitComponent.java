// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.rabbitmq;

import java.util.HashMap;
import java.util.Map;
import org.apache.camel.Endpoint;
import org.apache.camel.Producer;
import org.apache.camel.component.springrabbit.SpringRabbitMQComponent;
import org.apache.camel.util.PropertiesHelper;
import org.apache.camel.util.StringHelper;
import org.springframework.amqp.rabbit.connection.ConnectionFactory;

/**
 * The component behind {@code rabbitmq:} and {@code spring-rabbitmq:}. Unlike Camel's own, which it
 * extends, it waits for confirms without blocking a thread, and detects messages that reach no
 * queue.
 */
public final class RabbitComponent extends SpringRabbitMQComponent {
  /** Exchange property: the thread of the caller must not wait for the broker. */
  public static final String WITHOUT_THREAD = "crond-without-thread";

  private final Publisher publisher;
  private final Consumers consumers;

  /**
   * @param publisher sends the messages of all endpoints
   * @param consumers tracks which queues are consumed
   * @param connections opens the connection for consumers
   */
  RabbitComponent(Publisher publisher, Consumers consumers, ConnectionFactory connections) {
    this.publisher = publisher;
    this.consumers = consumers;
    setConnectionFactory(connections);
  }

  @Override
  protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters)
      throws Exception {
    RabbitEndpoint endpoint = new RabbitEndpoint(uri, this, remaining);
    endpoint.setConnectionFactory(getConnectionFactory());
    endpoint.setTestConnectionOnStartup(isTestConnectionOnStartup());
    endpoint.setMessageConverter(getMessageConverter());
    getMessagePropertiesConverter().setHeaderFilterStrategy(getHeaderFilterStrategy());
    endpoint.setMessagePropertiesConverter(getMessagePropertiesConverter());
    endpoint.setAutoStartup(isAutoStartup());
    endpoint.setAutoDeclare(isAutoDeclare());
    endpoint.setAutoDeclareProducer(isAutoDeclareProducer());
    endpoint.setDeadLetterExchange(getDeadLetterExchange());
    endpoint.setDeadLetterExchangeType(getDeadLetterExchangeType());
    endpoint.setDeadLetterQueue(getDeadLetterQueue());
    endpoint.setDeadLetterRoutingKey(getDeadLetterRoutingKey());
    endpoint.setReplyTimeout(getReplyTimeout());
    endpoint.setPrefetchCount(getPrefetchCount());
    endpoint.setMessageListenerContainerType(getMessageListenerContainerType());
    endpoint.setConcurrentConsumers(getConcurrentConsumers());
    endpoint.setMaxConcurrentConsumers(getMaxConcurrentConsumers());
    endpoint.setRetry(getRetry());
    endpoint.setMaximumRetryAttempts(getMaximumRetryAttempts());
    endpoint.setRetryDelay(getRetryDelay());
    endpoint.setRejectAndDontRequeue(isRejectAndDontRequeue());
    endpoint.setAllowNullBody(isAllowNullBody());
    endpoint.setArgs(arguments(PropertiesHelper.extractProperties(parameters, "arg.")));
    setProperties(endpoint, parameters);
    return endpoint;
  }

  /**
   * The arguments under the names that the broker knows: Camel turns the option {@code
   * queue.x-max-length} of a route in YAML into {@code queue.xMaxLength}.
   */
  static Map<String, Object> arguments(Map<String, Object> given) {
    Map<String, Object> arguments = new HashMap<>();
    given.forEach((name, value) -> arguments.put(brokerName(name), value));
    return arguments;
  }

  private static String brokerName(String name) {
    int of = name.indexOf('.') + 1;
    String own = name.substring(of);
    boolean brokers = own.matches("x[A-Z].*") || own.equals("alternateExchange");
    return brokers ? name.substring(0, of) + StringHelper.camelCaseToDash(own) : name;
  }

  Producer producer(RabbitEndpoint endpoint) {
    return new RabbitProducer(endpoint, publisher);
  }

  Consumers consumers() {
    return consumers;
  }
}
