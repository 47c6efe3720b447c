// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.rabbitmq;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Return;
import com.rabbitmq.client.impl.LongStringHelper;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import org.springframework.amqp.rabbit.connection.PublisherCallbackChannelImpl;
import org.springframework.core.task.SyncTaskExecutor;
import org.springframework.core.task.support.ExecutorServiceAdapter;

/**
 * Spring's channel for confirms and returns, made cheaper: messages carry no headers of Spring, and
 * confirms need no thread of their own. {@link Publisher} handles timeouts.
 */
final class PublisherChannel extends PublisherCallbackChannelImpl {
  private static final ExecutorService AT_ONCE = new ExecutorServiceAdapter(new SyncTaskExecutor());

  PublisherChannel(Channel channel) {
    super(channel, AT_ONCE);
  }

  /** Identifies the message that a returned one belongs to. */
  static String correlation(String messageId, String routingKey) {
    return messageId + ' ' + routingKey;
  }

  /** Adds the headers by which Spring correlates, as if the message had carried them. */
  @Override
  public void handle(Return returned) {
    BasicProperties properties = returned.getProperties();
    Map<String, Object> headers =
        new HashMap<>(Optional.ofNullable(properties.getHeaders()).orElse(Map.of()));
    headers.put(
        RETURNED_MESSAGE_CORRELATION_KEY,
        LongStringHelper.asLongString(
            correlation(properties.getMessageId(), returned.getRoutingKey())));
    headers.put(RETURN_LISTENER_CORRELATION_KEY, "");
    super.handle(
        new Return(
            returned.getReplyCode(),
            returned.getReplyText(),
            returned.getExchange(),
            returned.getRoutingKey(),
            properties.builder().headers(headers).build(),
            returned.getBody()));
  }

  @Override
  public boolean waitForConfirms(long timeout) {
    return true;
  }
}
