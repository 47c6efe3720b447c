// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.rabbitmq;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunEndedTopologyTest {
  private static final RunEndedTopology TOPOLOGY =
      new RunEndedTopology("e", "topic", Optional.of("q"), "auto", 1 << 20, "#", true);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ACCESS_REFUSED - configure access to queue 'q' in vhost '/' refused for user 'u'",
        "RESOURCE_LOCKED - cannot obtain exclusive access to locked queue 'q'",
        "PRECONDITION_FAILED - inequivalent arg 'x-queue-type' for queue 'q'"
      })
  void noAnswerAboutTheArgumentsOfTheQueueKeepsMessagesFromBeingPublished(String reply) {
    AMQP.Channel.Close reason =
        new AMQP.Channel.Close.Builder().replyCode(400).replyText(reply).build();
    Channel channel = refusing(new ShutdownSignalException(false, false, reason, ""));

    assertThatCode(() -> TOPOLOGY.reportOtherQueue(channel)).doesNotThrowAnyException();
  }

  @Test
  void reportsALostConnection() {
    AMQP.Connection.Close reason =
        new AMQP.Connection.Close.Builder().replyCode(320).replyText("CONNECTION_FORCED").build();
    Channel channel = refusing(new ShutdownSignalException(true, false, reason, ""));

    assertThatThrownBy(() -> TOPOLOGY.reportOtherQueue(channel)).isInstanceOf(IOException.class);
  }

  /** A channel of a connection on which declaring a queue fails with {@code reason}. */
  private static Channel refusing(ShutdownSignalException reason) {
    Channel[] channel = new Channel[1];
    Connection connection =
        proxy(
            Connection.class,
            Map.of(
                "createChannel",
                () -> channel[0],
                "getServerProperties",
                () -> Map.of("product", "RabbitMQ", "version", "4.0.0")));
    channel[0] =
        proxy(
            Channel.class,
            Map.of(
                "getConnection",
                () -> connection,
                "queueDeclare",
                () -> {
                  throw new IOException(reason);
                }));
    return channel[0];
  }

  private interface Answer {
    Object get() throws IOException;
  }

  private static <T> T proxy(Class<T> type, Map<String, Answer> answers) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              Answer answer = answers.get(method.getName());
              return answer == null ? null : answer.get();
            }));
  }
}
