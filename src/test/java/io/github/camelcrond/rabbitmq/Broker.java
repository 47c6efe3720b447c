// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.rabbitmq;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.GetResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;

/**
 * The broker that tests share, seen by a client of theirs; each test has names of its own in it.
 */
final class Broker implements AutoCloseable {
  private static final String NOTICE =
      "no rabbitmq-server is installed, and crond.test.rabbitmq.url names none: test skipped";

  private static final AtomicInteger COUNT = new AtomicInteger();
  private static String url = "";

  private final Connection connection;
  private final Channel channel;

  private Broker(String url) throws Exception {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setUri(url);
    factory.setAutomaticRecoveryEnabled(false);
    connection = factory.newConnection("test");
    channel = connection.createChannel();
  }

  /** The URL of the one all tests share, which is started when the first asks. */
  static synchronized String sharedUrl() throws Exception {
    if (url.isEmpty()) {
      url = System.getProperty("crond.test.rabbitmq.url", "");
    }
    if (url.isEmpty()) {
      assumeTrue(RabbitNode.isInstalled(), NOTICE);
      url = RabbitNode.with().url();
    }
    return url;
  }

  static Broker shared() throws Exception {
    return new Broker(sharedUrl());
  }

  static Broker at(String url) throws Exception {
    return new Broker(url);
  }

  /** A name that no other test uses. */
  static String name(String prefix) {
    return prefix + "-" + ProcessHandle.current().pid() + "-" + COUNT.incrementAndGet();
  }

  Channel channel() {
    return channel;
  }

  /** A new queue bound to a topic exchange, both made if they are missing. */
  String queue(String exchange, String binding) throws Exception {
    channel.exchangeDeclare(exchange, "topic", true);
    String queue = name("queue");
    channel.queueDeclare(queue, true, false, false, null);
    channel.queueBind(queue, exchange, binding);
    return queue;
  }

  /** The next message of {@code queue}, waited for. */
  GetResponse next(String queue) {
    return Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> poll(queue), Optional::isPresent)
        .orElseThrow();
  }

  /** Whether there is such a queue. */
  boolean has(String queue) throws IOException {
    Channel once = connection.createChannel();
    try {
      once.queueDeclarePassive(queue);
      return true;
    } catch (IOException e) {
      return false;
    } finally {
      once.abort();
    }
  }

  /** Fails unless {@code queue} is a quorum queue like the daemon's, or a plain classic one. */
  void declareAgain(String queue, String type) throws Exception {
    Map<String, Object> arguments =
        type.equals("quorum")
            ? QuorumQueues.arguments(
                Map.of("x-max-length-bytes", 100L << 20, "x-overflow", "drop-head"))
            : Map.of();
    channel.queueDeclare(queue, true, false, false, arguments);
  }

  /** Empty as well if there is no such queue yet, which would close a channel. */
  private Optional<GetResponse> poll(String queue) throws Exception {
    Channel once = connection.createChannel();
    try {
      // A quorum queue without a leader yet would close the connection of a basic.get.
      return once.queueDeclarePassive(queue).getMessageCount() == 0
          ? Optional.empty()
          : Optional.ofNullable(once.basicGet(queue, true));
    } catch (IOException e) {
      return Optional.empty();
    } finally {
      once.abort();
    }
  }

  /** All that is in {@code queue} now. */
  List<GetResponse> all(String queue) throws Exception {
    List<GetResponse> all = new ArrayList<>();
    GetResponse next = channel.basicGet(queue, true);
    while (next != null) {
      all.add(next);
      next = channel.basicGet(queue, true);
    }
    return all;
  }

  static String body(GetResponse message) {
    return new String(message.getBody(), StandardCharsets.UTF_8);
  }

  static String header(GetResponse message, String name) {
    return String.valueOf(message.getProps().getHeaders().get(name));
  }

  @Override
  public void close() {
    connection.abort();
  }
}
