// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.rabbitmq.client.GetResponse;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunEndedIT {
  @TempDir Path folder;

  private final String exchange = Broker.name("crond");

  private Map<String, String> settings(String... more) throws Exception {
    Map<String, String> settings = new HashMap<>();
    settings.put("crond.rabbitmq.url", Broker.sharedUrl());
    settings.put("crond.rabbitmq.exchange", exchange);
    settings.put("crond.rabbitmq.queue", exchange + ".runs");
    for (int i = 0; i < more.length; i += 2) {
      settings.put(more[i], more[i + 1]);
    }
    return settings;
  }

  @Test
  void aNewQueueIsAQuorumQueueAndAnExistingOneIsUsedAsItIs() throws Exception {
    String queue = exchange + ".runs";
    try (Broker broker = Broker.shared()) {
      for (String type : List.of("quorum", "classic")) {
        // The daemon makes the first, the second is there before the daemon starts.
        if (type.equals("classic")) {
          broker.channel().queueDelete(queue);
          broker.channel().queueDeclare(queue, true, false, false, null);
        }
        try (TestDaemon daemon =
            TestDaemon.start(folder, settings(), "CRON_NAME = it", "@yearly - true")) {
          String run = daemon.run("it");
          assertThat(broker.next(queue).getProps().getMessageId()).isEqualTo(run);
          assertThat(daemon.logged("INFO queue exists with another type"))
              .as(type)
              .hasSize(type.equals("classic") ? 1 : 0);
        }
        broker.declareAgain(queue, type);
      }
    }
  }

  @Test
  void anEndedRunIsPublishedWithItsOutputAndItsFacts() throws Exception {
    try (Broker broker = Broker.shared();
        TestDaemon daemon =
            TestDaemon.start(
                folder, settings(), "CRON_NAME = it", "@yearly - echo out; echo err >&2; exit 3")) {
      String run = daemon.run("it");
      GetResponse message = broker.next(exchange + ".runs");
      assertThat(Broker.body(message)).isEqualTo("out\nerr\n");
      assertThat(message.getEnvelope().getRoutingKey()).isEqualTo("run.ended.it");
      assertThat(message.getProps().getMessageId()).isEqualTo(run);
      assertThat(message.getProps().getDeliveryMode()).isEqualTo(2);
      assertThat(message.getProps().getHeaders().keySet())
          .as("besides those that a quorum queue adds")
          .filteredOn(name -> !name.startsWith("x-"))
          .containsExactlyInAnyOrder(
              "job",
              "run",
              "outcome",
              "exit-code",
              "scheduled",
              "started",
              "ended",
              "host",
              "truncated",
              "attempt",
              "cause");
      assertThat(Broker.header(message, "job")).isEqualTo("it");
      assertThat(Broker.header(message, "outcome")).isEqualTo("failed");
      assertThat(message.getProps().getHeaders()).containsEntry("exit-code", 3);
      assertThat(message.getProps().getHeaders()).containsEntry("truncated", false);
    }
  }

  @Test
  void messagesCarryMoreOutputThanRecords() throws Exception {
    try (Broker broker = Broker.shared();
        TestDaemon daemon =
            TestDaemon.start(
                folder,
                settings("crond.history.output-limit", "1KB"),
                "CRON_NAME = it",
                "@yearly - head -c 100000 /dev/zero | tr '\\0' x")) {
      daemon.run("it");
      assertThat(broker.next(exchange + ".runs").getBody()).hasSize(100_000);
    }
  }

  @Test
  void cronOutputNoneLeavesTheBodyEmpty() throws Exception {
    try (Broker broker = Broker.shared();
        TestDaemon daemon =
            TestDaemon.start(
                folder, settings(), "CRON_OUTPUT = none", "CRON_NAME = it", "@yearly - echo out")) {
      daemon.run("it");
      assertThat(broker.next(exchange + ".runs").getBody()).isEmpty();
    }
  }

  @Test
  void aCopyOfTheOutputGoesWhereCronOutputSays() throws Exception {
    try (Broker broker = Broker.shared()) {
      String reports = Broker.name("reports");
      String queue = broker.queue(reports, "x");
      try (TestDaemon daemon =
          TestDaemon.start(
              folder,
              settings("crond.run.output", "rabbitmq:nowhere"),
              "CRON_OUTPUT = rabbitmq:" + reports + "?routingKey=x",
              "CRON_NAME = it",
              "@yearly - echo out")) {
        daemon.run("it");
        GetResponse copy = broker.next(queue);
        assertThat(Broker.body(copy)).isEqualTo("out\n");
        assertThat(Broker.header(copy, "job")).isEqualTo("it");
        assertThat(Broker.body(broker.next(exchange + ".runs"))).isEqualTo("out\n");
      }
    }
  }

  @Test
  void startsAndSkipsAreToldAsJsonWhenAskedFor() throws Exception {
    try (Broker broker = Broker.shared()) {
      String queue = broker.queue(exchange, "#");
      try (TestDaemon daemon =
          TestDaemon.start(
              folder,
              settings("crond.rabbitmq.events", "all"),
              "CRON_OVERLAP = skip",
              "CRON_NAME = it",
              "@yearly - sleep 1")) {
        String first = daemon.run("it");
        daemon.awaitLogged("job started");
        String second = daemon.run("it");
        daemon.awaitLogged("job succeeded");
        List<String> keys =
            List.of(broker.next(queue), broker.next(queue), broker.next(queue)).stream()
                .map(m -> m.getEnvelope().getRoutingKey() + " " + m.getProps().getMessageId())
                .toList();
        // A run does not wait until its start is published.
        String started = "run.started.it " + first + ":started";
        String ended = "run.ended.it " + first;
        assertThat(keys)
            .containsSubsequence(started, ended)
            .containsExactlyInAnyOrder(started, "run.skipped.it " + second + ":skipped", ended);
      }
    }
  }

  @Test
  void anEventIsJson() throws Exception {
    try (Broker broker = Broker.shared()) {
      String queue = broker.queue(exchange, "run.started.#");
      try (TestDaemon daemon =
          TestDaemon.start(
              folder,
              settings("crond.rabbitmq.events", "all"),
              "CRON_NAME = it",
              "@yearly - true")) {
        String run = daemon.run("it");
        JsonNode event = new ObjectMapper().readTree(broker.next(queue).getBody());
        assertThat(event.get("event").asText()).isEqualTo("started");
        assertThat(event.get("run").asText()).isEqualTo(run);
        assertThat(event.get("cause").asText()).isEqualTo("manual");
      }
    }
  }

  @Test
  void nothingIsDeclaredWhereThatIsForbidden() throws Exception {
    try (Broker broker = Broker.shared()) {
      String queue = broker.queue(exchange, "#");
      try (TestDaemon daemon =
          TestDaemon.start(
              folder,
              settings("crond.rabbitmq.declare", "false"),
              "CRON_NAME = it",
              "@yearly - true")) {
        daemon.run("it");
        broker.next(queue);
        assertThatThrownBy(() -> broker.channel().queueDeclarePassive(exchange + ".runs"))
            .isInstanceOf(IOException.class);
      }
    }
  }
}
