// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.rabbitmq.client.GetResponse;
import io.github.camelcrond.store.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lines that send a message. One daemon for all: each test has jobs of its own. */
class SendIT {
  private static final String EXCHANGE = Broker.name("events");
  private static final String ROUTES =
      """
      - route:
          id: sleeps
          from:
            uri: direct:sleeps
            steps:
              - delay:
                  constant: 60000
      - route:
          id: fails
          from:
            uri: direct:fails
            steps:
              - throwException:
                  exceptionType: java.io.IOException
                  message: no luck
      - route:
          id: echo
          from:
            uri: direct:echo
            steps:
              - to: rabbitmq:%1$s?routingKey=echo
      - route:
          id: marks
          from:
            uri: direct:marks
            steps:
              - filter:
                  simple: ${header.left} != null
                  steps:
                    - throwException:
                        exceptionType: java.io.IOException
                        message: a header is left
              - setHeader:
                  name: left
                  constant: here
              - throwException:
                  exceptionType: java.io.IOException
                  message: no luck
      """;

  @TempDir static Path folder;
  private static Broker broker;
  private static TestDaemon daemon;
  private static String queue;

  @BeforeAll
  static void start() throws Exception {
    broker = Broker.shared();
    queue = broker.queue(EXCHANGE, "#");
    // Only what is bound counts, so that a key is left that nobody wants.
    broker.channel().queueUnbind(queue, EXCHANGE, "#");
    for (String key : List.of("tick", "echo", "json", "stored", "a b")) {
      broker.channel().queueBind(queue, EXCHANGE, key);
    }
    Path routes = Files.createDirectory(folder.resolve("routes"));
    Files.writeString(routes.resolve("mine.camel.yaml"), ROUTES.formatted(EXCHANGE));
    String crond = Broker.name("crond");
    daemon =
        TestDaemon.start(
            folder,
            Map.of(
                "crond.rabbitmq.url",
                Broker.sharedUrl(),
                "crond.rabbitmq.exchange",
                crond,
                "crond.rabbitmq.queue",
                crond + ".runs",
                // What is published of runs must not get mixed up with what lines send.
                "crond.rabbitmq.events",
                "all",
                "crond.routes.dir",
                routes.toString()),
            "SECRET = {{crond.rabbitmq.url}} ${body} RAW(x) #class:java.lang.Object",
            "CRON_NAME = tick",
            "@yearly - rabbitmq:" + EXCHANGE + "?routingKey=tick%{\"hello\":1}",
            "CRON_NAME = spring",
            "@yearly - spring-rabbitmq:" + EXCHANGE + "?routingKey=tick&confirmTimeout=2000%x",
            "CRON_NAME = json",
            "@yearly - rabbitmq:" + EXCHANGE + "?routingKey=json",
            "CRON_NAME = stored",
            "@yearly - rabbitmq:" + EXCHANGE + "?routingKey=stored",
            "CRON_NAME = encoded",
            "@yearly - rabbitmq:" + EXCHANGE + "?routingKey=a\\%20b%x",
            "CRON_NAME = braces",
            "@yearly - direct:echo%{{crond.rabbitmq.url}} ${body} RAW(x) #class:java.lang.Object",
            "CRON_NAME = command",
            "@yearly - echo '{{crond.rabbitmq.url}} ${body} RAW(x) #class:x' \"$SECRET\"",
            "CRON_NAME = unroutable",
            "@yearly - rabbitmq:" + EXCHANGE + "?routingKey=nobody%x",
            "CRON_NAME = missing",
            "@yearly - rabbitmq:" + EXCHANGE + "-not?routingKey=tick%x",
            "CRON_NAME = wrong-option",
            "@yearly - rabbitmq:" + EXCHANGE + "?routingKei=tick%x",
            "CRON_NAME = fails",
            "CRON_RETRIES = 1",
            "CRON_RETRY_DELAY = 100ms",
            "@yearly - direct:fails%x",
            "CRON_NAME = marks",
            "@yearly - direct:marks%x",
            "CRON_RETRIES =",
            "CRON_NAME = hangs",
            "CRON_TIMEOUT = 1s",
            "@yearly - direct:sleeps%x",
            "CRON_TIMEOUT =",
            "CRON_NAME = killed",
            "@yearly - direct:sleeps%x",
            "CRON_NAME = overlaps",
            "CRON_OVERLAP = replace",
            "@yearly - direct:sleeps%x");
  }

  @AfterAll
  static void stop() {
    daemon
        .bean("runs", io.github.camelcrond.run.Runs.class)
        .all()
        .forEach(p -> p.interrupt("the test is over"));
    daemon.close();
    broker.close();
  }

  private static String end(String jobId) {
    String run = daemon.run(jobId);
    return daemon
        .awaitLogged("job ", "run=\"" + run, "duration=")
        .replaceFirst("\\[job=.*?(exit-code|duration)=\"[^\"]*\"(, )?", "[")
        .replaceFirst("duration=\"[^\"]*\", ", "");
  }

  private static GetResponse received() {
    return broker.next(queue);
  }

  @Test
  void theBodyIsWhatFollowsThePercentSign() {
    assertThat(end("tick")).startsWith("INFO job succeeded");
    GetResponse message = received();
    assertThat(Broker.body(message)).isEqualTo("{\"hello\":1}");
    assertThat(message.getProps().getDeliveryMode()).isEqualTo(2);
    assertThat(message.getProps().getHeaders()).containsOnlyKeys("job", "run", "scheduled");
    assertThat(message.getProps().getAppId()).isNull();
    assertThat(message.getProps().getContentType()).isEqualTo("application/json");
  }

  @Test
  void takesTheOptionsOfTheComponent() {
    assertThat(end("spring")).startsWith("INFO job succeeded");
    assertThat(Broker.body(received())).isEqualTo("x");
  }

  @Test
  void percentEncodedOptionsAreDecoded() {
    assertThat(end("encoded")).startsWith("INFO job succeeded");
    assertThat(received().getEnvelope().getRoutingKey()).isEqualTo("a b");
  }

  @Test
  void withoutABodyJobRunAndInstantAreSentAsJson() throws Exception {
    String run = daemon.run("json");
    JsonNode json = new ObjectMapper().readTree(received().getBody());
    assertThat(json.get("job").asText()).isEqualTo("json");
    assertThat(json.get("run").asText()).isEqualTo(run);
    assertThat(json.get("scheduled").asText()).endsWith("Z");
  }

  @Test
  void withoutABodyTheStoredOneIsSent() {
    daemon.bean("file-store", FileStore.class).writeBodies(Map.of("stored", "from the store"));
    end("stored");
    assertThat(Broker.body(received())).isEqualTo("from the store");
  }

  @Test
  void nothingInABodyIsExpanded() {
    assertThat(end("braces")).startsWith("INFO job succeeded");
    assertThat(Broker.body(received()))
        .isEqualTo("{{crond.rabbitmq.url}} ${body} RAW(x) #class:java.lang.Object");
  }

  @Test
  void nothingInACommandOrAVariableIsExpandedByCamel() {
    end("command");
    assertThat(
            daemon.logged(
                "{{crond.rabbitmq.url}} ${body} RAW(x) #class:x"
                    + " {{crond.rabbitmq.url}} ${body} RAW(x) #class:java.lang.Object"))
        .hasSize(1);
  }

  @Test
  void aMessageThatNoQueueGetsIsAFailedRun() {
    assertThat(end("unroutable"))
        .isEqualTo(
            "WARN job failed [reason=\"exchange "
                + EXCHANGE
                + " with routing key nobody: no queue is bound for its routing key\"]");
  }

  @Test
  void aMissingExchangeIsAFailedRun() {
    assertThat(end("missing"))
        .startsWith("WARN job failed")
        .contains("no exchange '" + EXCHANGE + "-not' in vhost");
    assertThat(end("tick")).startsWith("INFO job succeeded");
    received();
  }

  @Test
  void anUnknownOptionIsAFailedRun() {
    assertThat(end("wrong-option")).startsWith("WARN job failed").contains("routingKei");
  }

  @Test
  void aFailedSendIsTriedAgain() {
    assertThat(end("fails")).startsWith("WARN job failed").contains("no luck");
    assertThat(daemon.logged("job started", "job=\"fails\"", "attempt=\"2\"")).hasSize(1);
  }

  @Test
  void anAttemptBeginsWithoutHeadersOfTheOneBefore() {
    assertThat(end("marks")).startsWith("WARN job failed").contains("no luck");
  }

  @Test
  void aTimeOutEndsASendThatHangs() {
    assertThat(end("hangs")).startsWith("WARN job timed-out").contains("not sent within 1s");
  }

  @Test
  void aKillEndsASendThatHangs() {
    String run = daemon.run("killed");
    daemon.awaitLogged("job started", "run=\"" + run);
    daemon
        .bean("runs", io.github.camelcrond.run.Runs.class)
        .find(run)
        .orElseThrow()
        .interrupt("somebody asked for it");
    daemon.awaitLogged("job interrupted", "run=\"" + run, "somebody asked for it");
  }

  @Test
  void aSendIsReplacedLikeAnyOtherRun() {
    String first = daemon.run("overlaps");
    daemon.awaitLogged("job started", "run=\"" + first);
    String second = daemon.run("overlaps");
    daemon.awaitLogged("job interrupted", "run=\"" + first, "replaced by run " + second);
    daemon.awaitLogged("job started", "run=\"" + second);
  }
}
