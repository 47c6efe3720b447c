// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.rabbitmq;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.MessageProperties;
import io.github.camelcrond.run.Outcome;
import io.github.camelcrond.run.RunEnd;
import io.github.camelcrond.spool.Spool;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.FluentProducerTemplate;

/** Publishes with confirms: the client alone, and the daemon from the end of a run on. */
public final class RabbitBench {
  private static final int WINDOW = 512;
  private static final int JOBS = 500;
  private static final int ROUNDS = 3;
  private static final String OUTPUT = "x".repeat(200);

  private RabbitBench() {}

  /** Prints messages a second; {@code args[0]} is how many are published. */
  public static void main(String[] args) throws Exception {
    int count = Integer.parseInt(args[0]);
    double client = 0;
    double daemon = 0;
    try (Daemon ours = new Daemon()) {
      for (int i = 0; i < ROUNDS; i++) {
        client = Math.max(client, client(count));
        daemon = Math.max(daemon, ours.publish(count));
        System.out.printf("round %d: client %.0f/s, daemon %.0f/s%n", i + 1, client, daemon);
      }
    }
    System.out.printf(
        "client alone %.0f/s, ended runs %.0f/s, ratio %.2f%n", client, daemon, daemon / client);
    System.exit(0);
  }

  /** The same messages, by the client alone, at most {@value #WINDOW} of them not confirmed. */
  private static double client(int count) throws Exception {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setUri(Broker.sharedUrl());
    String exchange = Broker.name("bench");
    try (Connection connection = factory.newConnection();
        Channel channel = connection.createChannel()) {
      channel.exchangeDeclare(exchange, "topic", true);
      channel.queueDeclare(exchange, true, false, false, null);
      channel.queueBind(exchange, exchange, "run.ended.#");
      channel.confirmSelect();
      Semaphore window = new Semaphore(WINDOW);
      long[] confirmed = {0};
      channel.addConfirmListener(
          (tag, multiple) -> {
            int answered = multiple ? (int) (tag - confirmed[0]) : 1;
            confirmed[0] = multiple ? tag : confirmed[0] + 1;
            window.release(answered);
          },
          (tag, multiple) -> System.exit(1));
      long start = System.nanoTime();
      for (int i = 0; i < count; i++) {
        window.acquire();
        channel.basicPublish(
            exchange, "run.ended.job" + i % JOBS, true, properties(i), OUTPUT.getBytes());
      }
      window.acquire(WINDOW);
      double rate = count * 1e9 / (System.nanoTime() - start);
      channel.queueDelete(exchange);
      channel.exchangeDelete(exchange);
      return rate;
    }
  }

  /** Made for each message, with the headers that the daemon sends. */
  private static BasicProperties properties(int number) {
    Map<String, Object> headers = new HashMap<>();
    headers.put("job", "job" + number % JOBS);
    headers.put("run", "run" + number);
    headers.put("outcome", "succeeded");
    headers.put("exit-code", 0);
    headers.put("cause", "schedule");
    headers.put("scheduled", "1970-01-01T00:00:00Z");
    headers.put("started", "1970-01-01T00:00:00Z");
    headers.put("ended", "1970-01-01T00:00:00Z");
    headers.put("host", "host");
    headers.put("truncated", false);
    headers.put("attempt", 1);
    return MessageProperties.PERSISTENT_TEXT_PLAIN
        .builder()
        .headers(headers)
        .messageId("run" + number)
        .contentEncoding("UTF-8")
        .appId("camel-crond")
        .build();
  }

  /** A daemon whose runs are made up: only what follows their end is measured. */
  private static final class Daemon implements AutoCloseable {
    private final TestDaemon daemon;
    private final String exchange = Broker.name("bench");
    private int next;

    Daemon() throws Exception {
      Path folder = Files.createTempDirectory("rabbitmq-bench-");
      daemon =
          TestDaemon.start(
              folder,
              Map.of(
                  "crond.rabbitmq.url",
                  Broker.sharedUrl(),
                  "crond.rabbitmq.exchange",
                  exchange,
                  "crond.rabbitmq.queue",
                  exchange + ".runs"),
              "@yearly - true");
    }

    double publish(int count) throws Exception {
      CamelContext context = daemon.daemon().context();
      ExecutorService runs = Executors.newFixedThreadPool(8);
      long start = System.nanoTime();
      FluentProducerTemplate template = context.createFluentProducerTemplate();
      for (int i = 0; i < count; i++) {
        RunEnd end = end(next++);
        runs.execute(
            () -> template.to("direct:run-publish").withVariable("end", end).withBody("").send());
      }
      runs.shutdown();
      runs.awaitTermination(10, TimeUnit.MINUTES);
      Spool spool = daemon.bean("spool", Spool.class);
      while (spool.waiting() > 0) {
        TimeUnit.MILLISECONDS.sleep(1);
      }
      return count * 1e9 / (System.nanoTime() - start);
    }

    private static RunEnd end(int number) {
      Instant now = Instant.EPOCH.plus(Duration.ofSeconds(number));
      return new RunEnd(
          "job" + number % JOBS,
          "run" + number,
          Outcome.SUCCEEDED.text(),
          Optional.of(0),
          Optional.empty(),
          Optional.empty(),
          "schedule",
          now,
          Optional.of(now),
          now,
          "host",
          1,
          false,
          OUTPUT,
          Optional.empty());
    }

    @Override
    public void close() {
      daemon.close();
    }
  }
}
