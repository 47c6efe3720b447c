// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.rabbitmq;

import com.rabbitmq.client.Channel;
import io.github.camelcrond.config.Settings;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The exchange for messages about runs and a queue bound to it, as the daemon declares them.
 *
 * @param queue empty if only the exchange is declared
 * @param queueType of a new queue; auto: quorum if the broker has those, and a queue that exists is
 *     used as it is
 * @param queueBytes size above which the queue drops its oldest messages
 * @param declare whether anything is declared at all
 */
record RunEndedTopology(
    String exchange,
    String exchangeType,
    Optional<String> queue,
    String queueType,
    long queueBytes,
    String binding,
    boolean declare) {
  private static final Logger LOG = LoggerFactory.getLogger("crond.rabbitmq");
  private static final String AUTO = "auto";

  static RunEndedTopology of(Settings settings) {
    return new RunEndedTopology(
        settings.text("crond.rabbitmq.exchange"),
        settings.text("crond.rabbitmq.exchange-type"),
        settings.find("crond.rabbitmq.queue").filter(q -> !q.equals("none")),
        settings.oneOf("crond.rabbitmq.queue-type", AUTO, "classic", "quorum"),
        settings.bytes("crond.rabbitmq.queue-limit", 1 << 10, 1L << 40),
        settings.text("crond.rabbitmq.binding"),
        settings.flag("crond.rabbitmq.declare"));
  }

  /** Whether the daemon declares {@code exchangeName}. */
  boolean owns(String exchangeName) {
    return declare && exchangeName.equals(exchange);
  }

  /**
   * Declares exchange, queue and binding; existing elements are left unchanged.
   *
   * @throws IOException if the broker refuses, because an existing element is different or for lack
   *     of permission; it has then closed {@code channel}
   */
  void declareOn(Channel channel) throws IOException {
    channel.exchangeDeclare(exchange, exchangeType, true);
    if (queue.isPresent()) {
      if (!queueType.equals(AUTO) || !exists(channel, queue.get())) {
        channel.queueDeclare(queue.get(), true, false, false, arguments(channel));
      }
      channel.queueBind(queue.get(), exchange, binding);
    }
  }

  /**
   * Logs it if the queue is not the one that the daemon would declare, for example a classic one.
   * Logs nothing if the broker does not permit the question.
   *
   * @throws IOException if the connection is lost
   */
  void reportOtherQueue(Channel channel) throws IOException {
    if (queue.isEmpty() || !queueType.equals(AUTO)) {
      return;
    }
    QuorumQueues.declare(channel.getConnection(), queue.get(), arguments(channel))
        .filter(BrokerErrors::isOtherwiseDeclared)
        .ifPresent(
            refusal ->
                LOG.atInfo()
                    .addKeyValue("queue", queue.get())
                    .log("queue exists with another type or other arguments, used as it is"));
  }

  private Map<String, Object> arguments(Channel channel) {
    boolean quorum =
        queueType.equals(AUTO)
            ? QuorumQueues.areIn(channel.getConnection())
            : queueType.equals("quorum");
    Map<String, Object> limits =
        Map.of("x-max-length-bytes", queueBytes, "x-overflow", "drop-head");
    if (quorum) {
      return QuorumQueues.arguments(limits);
    }
    Map<String, Object> arguments = new HashMap<>(limits);
    arguments.put("x-queue-type", "classic");
    return arguments;
  }

  /** Asks on a channel of its own, which the broker closes if there is no such queue. */
  private static boolean exists(Channel channel, String queue) throws IOException {
    Channel once = channel.getConnection().createChannel();
    if (once == null) {
      return false;
    }
    try {
      once.queueDeclarePassive(queue);
      return true;
    } catch (IOException e) {
      if (!BrokerErrors.isChannelClosed(e)) {
        throw e;
      }
      return false;
    } finally {
      once.abort();
    }
  }
}
