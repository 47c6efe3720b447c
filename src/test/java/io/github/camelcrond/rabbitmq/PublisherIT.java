// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.rabbitmq.client.AMQP.BasicProperties;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of single messages; the broker takes bodies of 200,000 bytes at most. */
class PublisherIT {
  private static final Duration TIMEOUT = Duration.ofSeconds(2);
  private static RabbitNode node;

  private final String exchange = Broker.name("crond");
  private final ExecutorService answers = Executors.newSingleThreadExecutor();
  private final ExecutorService slow = Executors.newFixedThreadPool(8);
  private final ChannelsThatClose factory = new ChannelsThatClose();
  private Publisher publisher;
  private Broker broker;

  @BeforeAll
  static void startNode() throws Exception {
    assumeTrue(RabbitNode.isInstalled(), "no rabbitmq-server is installed");
    node = RabbitNode.with("max_message_size = 200000");
  }

  @AfterAll
  static void stopNode() {
    if (node != null) {
      node.close();
    }
  }

  @BeforeEach
  void start() throws Exception {
    broker = Broker.at(node.url());
    RunEndedTopology topology =
        new RunEndedTopology(
            exchange, "topic", Optional.of(exchange), "classic", 1 << 30, "run.#", true);
    factory.setAutomaticRecoveryEnabled(false);
    factory.setChannelRpcTimeout((int) TIMEOUT.toMillis());
    factory.setHandshakeTimeout((int) TIMEOUT.toMillis());
    publisher =
        new Publisher(factory, RabbitUrl.parse(node.url()), topology, TIMEOUT, answers, slow);
  }

  @AfterEach
  void stop() {
    publisher.close();
    broker.close();
    answers.shutdownNow();
    slow.shutdownNow();
  }

  private static InFlight message(String exchange, String key, String id, int size) {
    BasicProperties properties = new BasicProperties.Builder().messageId(id).build();
    return new InFlight(exchange, key, true, properties, new byte[size]);
  }

  private CompletableFuture<Void> publish(String key, String id) {
    return publisher.publish(message(exchange, key, id, 10));
  }

  private List<CompletableFuture<Void>> publish(int count) {
    List<CompletableFuture<Void>> sent = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      sent.add(publish("run.ended", "m" + sent.size()));
    }
    return sent;
  }

  private static Throwable failure(CompletableFuture<Void> result) {
    return result
        .handle((nothing, failure) -> failure.getCause())
        .orTimeout(20, TimeUnit.SECONDS)
        .join();
  }

  private List<String> received() throws Exception {
    return broker.all(exchange).stream().map(m -> m.getProps().getMessageId()).toList();
  }

  @Test
  void aConfirmedMessageIsInTheQueueAsItWasSent() throws Exception {
    publish("run.ended", "one").get();
    assertThat(broker.next(exchange).getProps())
        .isEqualTo(new BasicProperties.Builder().messageId("one").build());
  }

  private void assertRefusesOnly(InFlight guilty, String reason) throws Exception {
    publish(1).get(0).get();
    broker.all(exchange);
    for (int round = 0; round < 2; round++) {
      List<CompletableFuture<Void>> sent = publish(100);
      CompletableFuture<Void> refused = publisher.publish(guilty.again());
      sent.addAll(publish(100));
      assertThat(failure(refused)).isInstanceOf(Undeliverable.class).hasMessageContaining(reason);
      for (CompletableFuture<Void> one : sent) {
        one.get(20, TimeUnit.SECONDS);
      }
      List<String> received = received();
      assertThat(received.stream().distinct()).hasSize(100);
      if (round == 1) {
        assertThat(received).as("known by now, it disturbs no other").hasSize(200);
      }
    }
  }

  @Test
  void aMissingExchangeConcernsItsMessageOnly() throws Exception {
    assertRefusesOnly(message("nowhere", "x", "guilty", 1), "no exchange 'nowhere'");
  }

  @Test
  void aBodyThatIsTooLargeConcernsItsMessageOnly() throws Exception {
    assertRefusesOnly(message(exchange, "run.big", "guilty", 300_000), "larger than");
  }

  @Test
  void aRoutingKeyThatIsTooLongConcernsItsMessageOnly() throws Exception {
    assertRefusesOnly(message(exchange, "x".repeat(300), "guilty", 1), "too long");
  }

  @Test
  void headersThatFillAFrameConcernTheirMessageOnly() throws Exception {
    BasicProperties properties =
        new BasicProperties.Builder()
            .messageId("guilty")
            .headers(Map.of("big", "x".repeat(200_000)))
            .build();
    assertRefusesOnly(
        new InFlight(exchange, "run.ended.big", true, properties, new byte[0]), "max frame size");
  }

  @Test
  void aMessageThatNoQueueGetsIsFoundAmongOthers() throws Exception {
    List<CompletableFuture<Void>> sent = publish(50);
    CompletableFuture<Void> nobody = publish("nobody", "m7");
    sent.addAll(publish(50));
    assertThat(failure(nobody))
        .isInstanceOf(Undeliverable.class)
        .hasMessageContaining("with routing key nobody: no queue is bound for its routing key");
    for (CompletableFuture<Void> one : sent) {
      one.get(20, TimeUnit.SECONDS);
    }
  }

  @Test
  void anExchangeOfAnotherTypeConcernsItsMessagesOnly() throws Exception {
    broker.channel().exchangeDeclare(exchange, "fanout", true);
    String other = Broker.name("other");
    broker.queue(other, "#");
    CompletableFuture<Void> refused = publish("run.ended", "one");
    CompletableFuture<Void> sent = publisher.publish(message(other, "x", "two", 1));
    assertThat(failure(refused))
        .isInstanceOf(Undeliverable.class)
        .hasMessageContaining("inequivalent arg 'type'");
    sent.get(20, TimeUnit.SECONDS);
  }

  @ParameterizedTest
  @ValueSource(strings = {"isOpen", "getNextPublishSeqNo", "basicPublish"})
  void aChannelThatTheBrokerClosesMeanwhileFailsNoMessage(String step) throws Exception {
    publish("run.ended", "one").get();
    factory.closeAt(step);
    publish("run.ended", "two").get();
    assertThat(factory.hasClosed()).isTrue();
    assertThat(received()).containsExactly("one", "two");
  }

  @Test
  void aChannelThatTheBrokerClosesBeforeTheDeclarationFailsNoMessage() throws Exception {
    factory.closeAt("exchangeDeclare");
    publish("run.ended", "one").get();
    assertThat(factory.hasClosed()).isTrue();
    assertThat(received()).containsExactly("one");
  }

  @Test
  void whatIsDeclaredIsDeclaredAgainAfterAReturn() throws Exception {
    publish("run.ended", "one").get();
    broker.channel().queueDelete(exchange);
    assertThat(failure(publish("run.ended", "two"))).isInstanceOf(Undeliverable.class);
    publish("run.ended", "three").get();
    assertThat(received()).containsExactly("three");
  }

  @Test
  void aBrokerThatIsAwayIsDownAndBackAsSoonAsItListens() throws Exception {
    publish("run.ended", "one").get();
    node.kill();
    assertThat(failure(publish("run.ended", "two"))).isInstanceOf(BrokerDown.class);
    node.start();
    broker.close();
    broker = Broker.at(node.url());
    publish("run.ended", "three").get();
  }

  @Test
  void aFrozenBrokerIsDownAndHangsNobody() throws Exception {
    publish("run.ended", "one").get();
    InFlight large = message(exchange, "run.ended", "large", 50_000_000);
    List<InFlight> others =
        IntStream.range(0, 20).mapToObj(i -> message(exchange, "run.ended", "m" + i, 10)).toList();
    ExecutorService callers = Executors.newCachedThreadPool();
    node.signal("STOP");
    try {
      List<CompletableFuture<Void>> sent = new ArrayList<>();
      sent.add(publish(large, callers));
      // Its write holds up the others, as it does not end before the connection is cut.
      Awaitility.await().until(() -> large.connection.isPresent());
      others.forEach(other -> sent.add(publish(other, callers)));
      for (CompletableFuture<Void> one : sent) {
        assertThat(failure(one)).isInstanceOf(BrokerDown.class);
      }
      CompletableFuture.runAsync(publisher::close, callers).get(20, TimeUnit.SECONDS);
    } finally {
      node.signal("CONT");
      callers.shutdownNow();
    }
  }

  private CompletableFuture<Void> publish(InFlight message, ExecutorService caller) {
    return CompletableFuture.supplyAsync(() -> publisher.publish(message), caller)
        .thenCompose(result -> result);
  }

  @Test
  void aBlockedBrokerIsDownAtOnce() throws Exception {
    publish("run.ended", "one").get();
    node.control("set_vm_memory_high_watermark", "0");
    try {
      // The broker says so when it is sent something.
      assertThat(failure(publish("run.ended", "two"))).isInstanceOf(BrokerDown.class);
      long begin = System.nanoTime();
      assertThat(failure(publish("run.ended", "three")))
          .isInstanceOf(BrokerDown.class)
          .hasMessageContaining("accepts no messages");
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(TIMEOUT.dividedBy(2));
    } finally {
      node.control("set_vm_memory_high_watermark", "0.4");
    }
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> publish("run.ended", "four").handle((ok, failure) -> failure == null).get());
  }

  @Test
  void afterTheCloseNothingIsSent() {
    publisher.close();
    assertThatThrownBy(() -> publish("run.ended", "one").get())
        .hasCauseInstanceOf(BrokerDown.class);
  }
}
