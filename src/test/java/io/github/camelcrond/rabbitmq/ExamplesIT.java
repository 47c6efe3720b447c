// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.GetResponse;
import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the route files of {@code examples/routes}, as they are. */
class ExamplesIT {
  private static final Queue<String> POSTED = new ConcurrentLinkedQueue<>();

  @TempDir static Path folder;
  private static HttpServer web;
  private static Broker broker;
  private static TestDaemon daemon;

  @BeforeAll
  static void start() throws Exception {
    web = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    web.createContext(
        "/hook",
        request -> {
          String body = new String(request.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          POSTED.add(request.getRequestMethod() + " " + body);
          request.sendResponseHeaders(body.contains("bad") ? 500 : 204, -1);
          request.close();
        });
    web.start();
    System.setProperty("webhook.url", "http://127.0.0.1:" + web.getAddress().getPort() + "/hook");
    broker = Broker.shared();
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
                "crond.routes.dir",
                "examples/routes"),
            "CRON_OUTPUT = direct:output-to-queues",
            "CRON_NAME = first",
            "@yearly - echo one",
            "CRON_NAME = second",
            "@yearly - echo two",
            "CRON_OUTPUT = direct:alert-on-failure",
            "CRON_NAME = fine",
            "@yearly - echo fine",
            "CRON_NAME = broken",
            "@yearly - echo broken; exit 1",
            "CRON_OUTPUT = direct:enrich-json",
            "CRON_NAME = measured",
            "@yearly - echo '{\"rows\":3}'",
            "CRON_OUTPUT =",
            "CRON_NAME = hook",
            "@yearly - direct:call-webhook%{\"hello\":1}",
            "CRON_NAME = bad-hook",
            "@yearly - direct:call-webhook%bad",
            "CRON_NAME = on-demand",
            "@yearly - echo asked");
  }

  @AfterAll
  static void stop() {
    web.stop(0);
    if (daemon == null) {
      return; // skipped
    }
    daemon.close();
    broker.close();
  }

  @Test
  void eachJobHasAQueueForItsOutput() {
    daemon.run("first");
    daemon.run("second");
    assertThat(Broker.body(broker.next("output.first"))).isEqualTo("one\n");
    assertThat(Broker.body(broker.next("output.second"))).isEqualTo("two\n");
  }

  @Test
  void theQueueOfAJobIsLimited() throws Exception {
    daemon.run("first");
    broker.next("output.first");
    // Declared with the same arguments it is left alone, with others the broker refuses.
    broker
        .channel()
        .queueDeclare("output.first", true, false, false, Map.of("x-max-length", 1000L));
  }

  @Test
  void onlyFailuresAreAlerts() {
    daemon.run("fine");
    daemon.run("broken");
    GetResponse alert = broker.next("alerts");
    assertThat(Broker.header(alert, "job")).isEqualTo("broken");
    assertThat(Broker.header(alert, "outcome")).isEqualTo("failed");
    assertThat(Broker.body(alert)).isEqualTo("broken\n");
  }

  @Test
  void jsonIsEnriched() throws Exception {
    String run = daemon.run("measured");
    JsonNode json = new ObjectMapper().readTree(broker.next("metrics").getBody());
    assertThat(json.at("/output/rows").asInt()).isEqualTo(3);
    assertThat(json.get("job").asText()).isEqualTo("measured");
    assertThat(json.get("run").asText()).isEqualTo(run);
  }

  @Test
  void aLineCallsAWebService() {
    String run = daemon.run("hook");
    daemon.awaitLogged("job succeeded", "run=\"" + run);
    assertThat(POSTED).contains("POST {\"hello\":1}");
  }

  @Test
  void aWebServiceThatFailsIsAFailedRun() {
    String run = daemon.run("bad-hook");
    assertThat(daemon.awaitLogged("job failed", "run=\"" + run)).contains("500");
  }

  @Test
  void aMessageRunsAJob() throws Exception {
    byte[] job = "on-demand".getBytes(StandardCharsets.UTF_8);
    broker.channel().basicPublish("crond-commands", "run", new BasicProperties(), job);
    assertThat(daemon.awaitLogged("job succeeded", "job=\"on-demand\"")).isNotEmpty();
    byte[] unknown = "nobody".getBytes(StandardCharsets.UTF_8);
    broker.channel().basicPublish("crond-commands", "run", new BasicProperties(), unknown);
    daemon.awaitLogged("WARN message starts no run, no such job: nobody");
  }
}
