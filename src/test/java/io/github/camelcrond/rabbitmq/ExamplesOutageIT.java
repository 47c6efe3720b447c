// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.sun.net.httpserver.HttpServer;
import io.github.camelcrond.routes.RouteReload;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The route files of {@code examples/routes} while their servers are away. */
class ExamplesOutageIT {
  @TempDir Path folder;

  @Test
  void jobsRunAndMessagesWaitForServersThatComeLateAndGo() throws Exception {
    assumeTrue(RabbitNode.isInstalled(), "no rabbitmq-server is installed: test skipped");
    int port = RabbitNode.freePort();
    System.setProperty("webhook.url", "http://127.0.0.1:" + port + "/hook");
    try (RabbitNode node = RabbitNode.with()) {
      node.kill();
      try (TestDaemon daemon = start(node.url())) {
        RouteReload routes = daemon.bean("route-files", RouteReload.class);
        daemon.awaitLogged("WARN route not started", "run-on-message", "refused");
        succeed(daemon, "printed");
        daemon.awaitLogged("job failed", "job=\"measured-badly\"", failed(daemon));
        String hook = daemon.run("hook");
        daemon.awaitLogged("job failed", "run=\"" + hook);
        daemon.run("measured");
        assertThat(routes.problems()).isEmpty();

        node.start();
        HttpServer web = web(port);
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> routes.waiting().isEmpty());
        daemon.awaitLogged("INFO route started", "run-on-message");
        arrived(node, "output.printed", "alerts", "metrics");
        succeed(daemon, "hook");
        onMessage(node, daemon, 1);

        node.kill();
        web.stop(0);
        succeed(daemon, "printed");
        daemon.run("measured");
        daemon.awaitLogged("job failed", "job=\"measured-badly\"", failed(daemon));

        node.start();
        arrived(node, "output.printed", "alerts", "metrics");
        onMessage(node, daemon, 2);
        assertThat(daemon.logged("route not started")).hasSize(1);
        assertThat(daemon.logged("ERROR route")).isEmpty();
      }
    }
  }

  private TestDaemon start(String url) throws Exception {
    return TestDaemon.start(
        folder,
        Map.of("crond.rabbitmq.url", url, "crond.routes.dir", "examples/routes"),
        "CRON_OUTPUT = direct:output-to-queues",
        "CRON_NAME = printed",
        "@yearly - echo one",
        "CRON_OUTPUT = direct:alert-on-failure",
        "CRON_NAME = measured-badly",
        "@yearly - exit 1",
        "CRON_OUTPUT = direct:enrich-json",
        "CRON_NAME = measured",
        "@yearly - echo '{\"rows\":3}'",
        "CRON_OUTPUT =",
        "CRON_NAME = hook",
        "@yearly - direct:call-webhook%{}",
        "CRON_NAME = on-demand",
        "@yearly - true");
  }

  private static HttpServer web(int port) throws Exception {
    HttpServer web = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
    web.createContext(
        "/hook",
        request -> {
          request.sendResponseHeaders(204, -1);
          request.close();
        });
    web.start();
    return web;
  }

  private static void succeed(TestDaemon daemon, String job) {
    String run = daemon.run(job);
    daemon.awaitLogged("job succeeded", "run=\"" + run);
  }

  private static String failed(TestDaemon daemon) {
    return "run=\"" + daemon.run("measured-badly");
  }

  private static void arrived(RabbitNode node, String... queues) throws Exception {
    try (Broker broker = Broker.at(node.url())) {
      for (String queue : queues) {
        // After an outage a message may wait for the longest pause between two tries.
        Awaitility.await()
            .atMost(Duration.ofSeconds(150))
            .until(() -> broker.has(queue) && broker.channel().basicGet(queue, true) != null);
      }
    }
  }

  private static void onMessage(RabbitNode node, TestDaemon daemon, int runs) throws Exception {
    try (Broker broker = Broker.at(node.url())) {
      byte[] job = "on-demand".getBytes(StandardCharsets.UTF_8);
      broker.channel().basicPublish("crond-commands", "run", new BasicProperties(), job);
      Awaitility.await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> daemon.logged("job succeeded", "job=\"on-demand\"").size() == runs);
    }
  }
}
