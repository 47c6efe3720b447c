// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP.BasicProperties;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Routes that receive from RabbitMQ. */
class ConsumerIT {
  private static final int DEEP = 4_000;

  @TempDir Path folder;

  private TestDaemon daemon(String queue) throws Exception {
    Path routes = Files.createDirectory(folder.resolve("routes"));
    Files.writeString(
        routes.resolve("mine.camel.yaml"),
        """
        - route:
            id: mine
            from:
              uri: rabbitmq:default
              parameters:
                queues: %s
                autoDeclare: false
                maximumRetryAttempts: 0
              steps:
                - to: direct:run-now
        """
            .formatted(queue));
    return TestDaemon.start(
        folder,
        Map.of(
            "crond.rabbitmq.url",
            Broker.sharedUrl(),
            "crond.routes.dir",
            routes.toString(),
            "crond.rabbitmq.exchange",
            queue,
            "crond.rabbitmq.queue",
            queue + ".runs"),
        "CRON_NAME = a",
        "@yearly - true",
        "CRON_NAME = b",
        "@yearly - true");
  }

  private static Map<String, Object> nested(int levels) {
    Map<String, Object> table = Map.of();
    for (int i = 0; i < levels; i++) {
      table = Map.of("a", table);
    }
    return table;
  }

  private static void publish(Broker broker, String queue, BasicProperties properties, String body)
      throws Exception {
    CompletableFuture<Void> done = new CompletableFuture<>();
    // The client writes tables recursively.
    Runnable publish =
        () -> {
          try {
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            broker.channel().basicPublish("", queue, properties, bytes);
            done.complete(null);
          } catch (Exception | StackOverflowError e) {
            done.completeExceptionally(e);
          }
        };
    new Thread(null, publish, "publish", 1 << 28).start();
    done.get();
  }

  @Test
  void headersNestedTooDeepForTheClientKeepNoMessageBack() throws Exception {
    String queue = Broker.name("commands");
    try (Broker broker = Broker.shared()) {
      broker.channel().queueDeclare(queue, true, false, false, null);
      BasicProperties deep =
          new BasicProperties.Builder().contentType("text/plain").headers(nested(DEEP)).build();
      publish(broker, queue, deep, "a");
      publish(broker, queue, new BasicProperties(), "b");
      try (TestDaemon daemon = daemon(queue)) {
        daemon.awaitLogged("job succeeded", "job=\"b\"");
        daemon.awaitLogged("job succeeded", "job=\"a\"");
        assertThat(daemon.logged("WARN message has unreadable headers")).hasSize(1);
        Awaitility.await()
            .until(() -> broker.channel().queueDeclarePassive(queue).getMessageCount() == 0);
      }
    }
  }

  @Test
  void aQueueThatIsDeletedShowsInHealthUntilItIsBack() throws Exception {
    String queue = Broker.name("commands");
    try (Broker broker = Broker.shared()) {
      broker.channel().queueDeclare(queue, true, false, false, null);
      try (TestDaemon daemon = daemon(queue)) {
        Consumers consumers = daemon.bean("rabbitmq-consumers", Consumers.class);
        Awaitility.await()
            .until(() -> broker.channel().queueDeclarePassive(queue).getConsumerCount() == 1);
        broker.channel().queueDelete(queue);
        Awaitility.await()
            .atMost(Duration.ofSeconds(30))
            .until(() -> consumers.check().message().contains("queue " + queue));
        broker.channel().queueDeclare(queue, true, false, false, null);
        Awaitility.await()
            .atMost(Duration.ofSeconds(60))
            .until(() -> consumers.check().message().equals("all queues are consumed"));
      }
    }
  }
}
