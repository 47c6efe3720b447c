// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.rabbitmq.client.GetResponse;
import io.github.camelcrond.spool.Spool;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happens to runs and messages when the broker is in trouble; it has a node of its own. */
class BrokerFailureIT {
  private static RabbitNode node;

  @TempDir Path folder;

  private final String exchange = Broker.name("crond");
  private final String queue = exchange + ".runs";

  @BeforeAll
  static void start() throws Exception {
    assumeTrue(RabbitNode.isInstalled(), "no rabbitmq-server is installed");
    node = RabbitNode.with("max_message_size = 200000");
  }

  @AfterAll
  static void stop() {
    if (node != null) {
      node.close();
    }
  }

  private TestDaemon daemon(String url, String... more) throws Exception {
    Map<String, String> settings = new HashMap<>();
    settings.put("crond.rabbitmq.url", url);
    settings.put("crond.rabbitmq.exchange", exchange);
    settings.put("crond.rabbitmq.queue", queue);
    settings.put("crond.rabbitmq.timeout", "2s");
    for (int i = 0; i < more.length; i += 2) {
      settings.put(more[i], more[i + 1]);
    }
    return TestDaemon.start(
        folder, settings, "CRON_NAME = a", "@yearly - echo a", "CRON_NAME = b", "@yearly - echo b");
  }

  private static List<String> run(TestDaemon daemon, int count) {
    List<String> runs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String job = i % 2 == 0 ? "a" : "b";
      String run = daemon.run(job);
      daemon.awaitLogged("job succeeded", "run=\"" + run);
      daemon.awaitTold();
      runs.add(run);
    }
    return runs;
  }

  private static void awaitEmpty(TestDaemon daemon) {
    awaitWaiting(daemon, 0);
  }

  private static void awaitWaiting(TestDaemon daemon, int messages) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> daemon.bean("spool", Spool.class).waiting() == messages);
  }

  private List<String> received() throws Exception {
    try (Broker broker = Broker.at(node.url())) {
      return broker.all(queue).stream().map(m -> m.getProps().getMessageId()).distinct().toList();
    }
  }

  @Test
  void messagesWaitForABrokerThatWasKilledAndComeInOrder() throws Exception {
    try (TestDaemon daemon = daemon(node.url())) {
      List<String> runs = new ArrayList<>(run(daemon, 2));
      awaitEmpty(daemon);
      node.kill();
      runs.addAll(run(daemon, 6));
      daemon.awaitLogged("WARN broker is down, messages queued");
      node.start();
      awaitEmpty(daemon);
      List<String> received = received();
      assertThat(received).containsExactlyInAnyOrderElementsOf(runs);
      // In order for each job: sorted by run-id, as those rise.
      for (int job = 0; job < 2; job++) {
        List<String> ofJob = new ArrayList<>();
        for (int i = job; i < runs.size(); i += 2) {
          ofJob.add(runs.get(i));
        }
        assertThat(received.stream().filter(ofJob::contains)).containsExactlyElementsOf(ofJob);
      }
      assertThat(daemon.logged("WARN broker is down")).hasSize(1);
      assertThat(daemon.logged("INFO broker is up")).hasSize(1);
    }
  }

  @Test
  void messagesOfAStoppedDaemonAreSentByTheNext() throws Exception {
    List<String> runs;
    try (TestDaemon daemon = daemon("amqp://127.0.0.1:1")) {
      runs = run(daemon, 3);
      assertThat(daemon.bean("spool", Spool.class).waiting()).isEqualTo(3);
    }
    try (TestDaemon daemon = daemon(node.url())) {
      daemon.awaitLogged("queued messages of an earlier start found");
      awaitEmpty(daemon);
    }
    assertThat(received()).containsExactlyInAnyOrderElementsOf(runs);
  }

  @Test
  void aBrokerThatIsFrozenHoldsNoRun() throws Exception {
    try (TestDaemon daemon = daemon(node.url())) {
      List<String> runs = new ArrayList<>(run(daemon, 1));
      awaitEmpty(daemon);
      node.signal("STOP");
      runs.addAll(run(daemon, 4));
      daemon.awaitLogged("WARN broker is down", "timed out");
      node.signal("CONT");
      awaitEmpty(daemon);
      assertThat(received()).containsExactlyInAnyOrderElementsOf(runs);
      assertThat(daemon.logged("WARN broker is down")).hasSize(1);
    }
  }

  @Test
  void aBrokerShortOfMemoryHoldsNoRun() throws Exception {
    try (TestDaemon daemon = daemon(node.url())) {
      List<String> runs = new ArrayList<>(run(daemon, 1));
      awaitEmpty(daemon);
      node.control("set_vm_memory_high_watermark", "0");
      try {
        runs.addAll(run(daemon, 4));
        daemon.awaitLogged("WARN broker is down");
      } finally {
        node.control("set_vm_memory_high_watermark", "0.4");
      }
      awaitEmpty(daemon);
      assertThat(received()).containsExactlyInAnyOrderElementsOf(runs);
    }
  }

  @Test
  void aWrongPasswordIsSaidOnceAndNotShown() throws Exception {
    String url = "amqp://guest:s3cret@127.0.0.1:" + node.port();
    try (TestDaemon daemon = daemon(url)) {
      run(daemon, 3);
      daemon.awaitLogged("WARN broker is down", "invalid user or password");
      assertThat(daemon.logged("broker is down")).hasSize(1);
      assertThat(daemon.logged("s3cret")).isEmpty();
    }
  }

  @Test
  void aMissingVirtualHostIsSaid() throws Exception {
    try (TestDaemon daemon = daemon(node.url() + "/nowhere")) {
      run(daemon, 1);
      assertThat(daemon.awaitLogged("WARN broker is down")).contains("nowhere");
    }
  }

  @Test
  void anExchangeOfAnotherTypeHoldsTheMessagesUntilItIsGone() throws Exception {
    try (Broker broker = Broker.at(node.url());
        TestDaemon daemon = daemon(node.url())) {
      broker.channel().exchangeDeclare(exchange, "fanout", true);
      List<String> runs = run(daemon, 3);
      daemon.awaitLogged("WARN delivery failing, messages queued", "rabbitmq:" + exchange);
      broker.channel().exchangeDelete(exchange);
      awaitEmpty(daemon);
      assertThat(received()).containsExactlyInAnyOrderElementsOf(runs);
      assertThat(daemon.logged("WARN delivery failing, messages queued")).hasSize(1);
      daemon.awaitLogged("INFO delivery resumed");
    }
  }

  @Test
  void aQueueThatWasDeletedIsDeclaredAgain() throws Exception {
    try (Broker broker = Broker.at(node.url());
        TestDaemon daemon = daemon(node.url())) {
      run(daemon, 1);
      awaitEmpty(daemon);
      broker.channel().queueDelete(queue);
      List<String> runs = run(daemon, 2);
      awaitEmpty(daemon);
      assertThat(received()).containsExactlyInAnyOrderElementsOf(runs);
    }
  }

  @Test
  void theNextAddressIsTakenWhenTheFirstDoesNotAnswer() throws Exception {
    try (TestDaemon daemon = daemon("amqp://guest:guest@127.0.0.1:1,127.0.0.1:" + node.port())) {
      List<String> runs = run(daemon, 1);
      awaitEmpty(daemon);
      assertThat(received()).isEqualTo(runs);
    }
  }

  @Test
  void aLineThatSendsFailsAtOnceWhenTheBrokerIsDown() throws Exception {
    Map<String, String> settings = Map.of("crond.rabbitmq.url", "amqp://u:s3cret@127.0.0.1:1");
    try (TestDaemon daemon =
        TestDaemon.start(folder, settings, "CRON_NAME = x", "@yearly - rabbitmq:x%x")) {
      daemon.run("x");
      assertThat(daemon.awaitLogged("job failed"))
          .contains("amqp://127.0.0.1:1/: connection refused");
    }
  }

  private void spool(TestDaemon daemon, String endpoint, Map<String, Object> headers, int size) {
    daemon
        .daemon()
        .context()
        .createFluentProducerTemplate()
        .to("spool:" + endpoint)
        .withVariable("job-id", "guilty")
        .withHeaders(headers)
        .withBody(new byte[size])
        .send();
  }

  @Test
  void messagesThatTheBrokerRefusesStopNoOthersNeitherNowNorAfterAStart() throws Exception {
    String here = "rabbitmq:" + exchange;
    List<String> runs = new ArrayList<>();
    try (TestDaemon daemon = daemon(node.url())) {
      runs.addAll(run(daemon, 2));
      awaitEmpty(daemon);
      spool(daemon, here + "?routingKey=run.ended." + "x".repeat(300), Map.of(), 1);
      spool(daemon, here + "?routingKey=a", Map.of("big", "x".repeat(200_000)), 1);
      spool(daemon, here + "?routingKey=b", Map.of(), 300_000);
      spool(daemon, here + "-not", Map.of(), 1);
      runs.addAll(run(daemon, 10));
      awaitWaiting(daemon, 4);
      assertThat(daemon.logged("WARN delivery failing, messages queued")).hasSize(4);
      assertThat(daemon.logged("broker is down")).isEmpty();
    }
    try (TestDaemon daemon = daemon(node.url())) {
      runs.addAll(run(daemon, 4));
      awaitWaiting(daemon, 4);
      assertThat(daemon.logged("broker is down")).isEmpty();
    }
    assertThat(received()).containsExactlyInAnyOrderElementsOf(runs);
  }

  @Test
  void aCopyForNobodyDoesNotHoldTheEndOfTheRun() throws Exception {
    try (Broker broker = Broker.at(node.url())) {
      String other = Broker.name("reports");
      broker.channel().exchangeDeclare(other, "topic", true);
      try (TestDaemon daemon =
          daemon(node.url(), "crond.run.output", "rabbitmq:" + other + "?routingKey=x")) {
        List<String> runs = run(daemon, 1);
        daemon.awaitLogged(
            "WARN delivery failing, messages queued", other, "no queue is bound for it");
        assertThat(received()).isEqualTo(runs);
        String late = broker.queue(other, "x");
        GetResponse copy = broker.next(late);
        assertThat(copy.getProps().getMessageId()).isEqualTo(runs.get(0));
      }
    }
  }
}
