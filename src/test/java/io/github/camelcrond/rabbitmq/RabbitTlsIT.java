// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.rabbitmq.client.MessageProperties;
import io.github.camelcrond.spool.Spool;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An amqps:// URL, with a broker that lets in only who has a certificate of its authority. */
class RabbitTlsIT {
  @TempDir static Path keys;
  private static Certificates certificates;
  private static RabbitNode node;
  private static int port;

  @TempDir Path folder;

  private final String exchange = Broker.name("crond");

  @BeforeAll
  static void start() throws Exception {
    assumeTrue(RabbitNode.isInstalled(), "no rabbitmq-server is installed");
    certificates = Certificates.in(keys);
    certificates.add("server", "ip:127.0.0.1");
    certificates.add("client", "dns:client.example.org");
    port = RabbitNode.freePort();
    node =
        RabbitNode.with(
            "listeners.ssl.1 = 127.0.0.1:" + port,
            "ssl_options.cacertfile = " + certificates.authority(),
            "ssl_options.certfile = " + certificates.certificate("server"),
            "ssl_options.keyfile = " + certificates.key("server"),
            "ssl_options.verify = verify_peer",
            "ssl_options.fail_if_no_peer_cert = true");
  }

  @AfterAll
  static void stop() {
    if (node != null) {
      node.close();
    }
  }

  private Map<String, String> settings(String host) {
    Map<String, String> settings = new HashMap<>();
    settings.put("crond.rabbitmq.url", "amqps://guest:guest@" + host + ":" + port);
    settings.put("crond.rabbitmq.ca", certificates.authority().toString());
    settings.put("crond.rabbitmq.certificate", certificates.certificate("client").toString());
    settings.put("crond.rabbitmq.key", certificates.key("client").toString());
    settings.put("crond.rabbitmq.exchange", exchange);
    settings.put("crond.rabbitmq.queue", exchange + ".runs");
    settings.put("crond.rabbitmq.timeout", "5s");
    return settings;
  }

  private TestDaemon daemon(Map<String, String> settings) throws Exception {
    return TestDaemon.start(folder, settings, "CRON_NAME = a", "@yearly - echo hello");
  }

  private void assertTold(Map<String, String> settings) throws Exception {
    try (TestDaemon daemon = daemon(settings);
        Broker broker = Broker.at(node.url())) {
      String run = daemon.run("a");
      assertThat(broker.next(exchange + ".runs").getProps().getMessageId()).isEqualTo(run);
      Spool spool = daemon.bean("spool", Spool.class);
      Awaitility.await().until(() -> spool.waiting() == 0);
    }
  }

  private void assertRefused(Map<String, String> settings, String reason) throws Exception {
    try (TestDaemon daemon = daemon(settings)) {
      daemon.run("a");
      assertThat(daemon.awaitLogged("WARN broker is down")).contains(reason);
      assertThat(daemon.bean("spool", Spool.class).waiting()).isEqualTo(1);
    }
  }

  @Test
  void publishesToABrokerOfItsAuthority() throws Exception {
    assertTold(settings("127.0.0.1"));
  }

  @Test
  void receivesFromIt() throws Exception {
    Map<String, String> settings = settings("127.0.0.1");
    Path routes = Files.createDirectory(folder.resolve("routes"));
    String example = "run-on-message.camel.yaml";
    Files.copy(Path.of("examples/routes", example), routes.resolve(example));
    settings.put("crond.routes.dir", routes.toString());
    try (TestDaemon daemon = daemon(settings);
        Broker broker = Broker.at(node.url())) {
      Awaitility.await().until(() -> broker.has("crond.run"));
      byte[] job = "a".getBytes(StandardCharsets.UTF_8);
      broker.channel().basicPublish("", "crond.run", MessageProperties.TEXT_PLAIN, job);
      daemon.awaitLogged("job succeeded", "job=\"a\"");
    }
  }

  @Test
  void trustsNoOtherAuthority() throws Exception {
    Map<String, String> settings = settings("127.0.0.1");
    Path other = Files.createDirectory(folder.resolve("other"));
    settings.put("crond.rabbitmq.ca", Certificates.in(other).authority().toString());
    assertRefused(settings, "path");
  }

  @Test
  void trustsNoBrokerOfAnotherName() throws Exception {
    assertRefused(settings("localhost"), "localhost");
  }

  @Test
  void doesNotLookAtTheNameIfToldSo() throws Exception {
    Map<String, String> settings = settings("localhost");
    settings.put("crond.rabbitmq.verify-host", "false");
    assertTold(settings);
  }

  @Test
  void isNotLetInWithoutACertificate() throws Exception {
    Map<String, String> settings = settings("127.0.0.1");
    settings.remove("crond.rabbitmq.certificate");
    settings.remove("crond.rabbitmq.key");
    assertRefused(settings, "amqps://127.0.0.1:" + port);
  }
}
