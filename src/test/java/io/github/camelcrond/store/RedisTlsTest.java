// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.camelcrond.config.Settings;
import io.github.camelcrond.config.SettingsException;
import io.github.camelcrond.rabbitmq.Certificates;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A rediss:// URL: the connection is encrypted, and only to whom it is meant for. */
class RedisTlsTest {
  @TempDir static Path serverFolder;
  private static RedisServer server;
  @TempDir Path folder;

  @BeforeAll
  static void startRedis() {
    server = RedisServer.start(serverFolder);
  }

  @AfterAll
  static void stopRedis() {
    server.close();
  }

  @Test
  void trustsTheAuthorityThatIsNamed() throws Exception {
    try (TlsFront front = TlsFront.of(folder, server.port(), "ip:127.0.0.1");
        StoreContext store =
            open(settings(front).with("crond.redis.ca", front.certificate().toString()))) {
      store.send("store-crontab-write", StoreContract.saved("# a", 1));
      assertThat(store.request("store-crontab-read", "", String.class)).contains("# a");
    }
  }

  @Test
  void trustsNoOther() throws Exception {
    try (TlsFront front = TlsFront.of(folder, server.port(), "ip:127.0.0.1");
        StoreContext store = open(settings(front))) {
      assertThatThrownBy(() -> store.request("store-crontab-read", "", String.class))
          .hasMessageContaining("unable to find valid certification path");
    }
  }

  @Test
  void trustsNoServerOfAnotherName() throws Exception {
    try (TlsFront front = TlsFront.of(folder, server.port(), "dns:redis.example.org");
        StoreContext store =
            open(settings(front).with("crond.redis.ca", front.certificate().toString()))) {
      assertThatThrownBy(() -> store.request("store-crontab-read", "", String.class))
          .hasMessageContaining("No subject alternative names");
    }
  }

  @Test
  void isUsedForTheNodesOfAClusterToo(@TempDir Path nodeFolder) throws Exception {
    Certificates certificates = Certificates.in(folder);
    certificates.add("server", "ip:127.0.0.1");
    int port = RedisServer.freePort();
    String options =
        "--cluster-enabled yes --cluster-port %d --tls-port %d --tls-cluster yes --tls-auth-clients no"
            + " --tls-ca-cert-file %s --tls-cert-file %s --tls-key-file %s";
    try (RedisServer node =
            RedisServer.start(
                nodeFolder,
                options
                    .formatted(
                        RedisServer.freePort(),
                        port,
                        certificates.authority(),
                        certificates.certificate("server"),
                        certificates.key("server"))
                    .split(" "));
        StoreContext store =
            open(
                StoreFixture.settings(folder)
                    .with("crond.store", "redis")
                    .with("crond.redis.url", "rediss-cluster://127.0.0.1:" + port)
                    .with("crond.redis.ca", certificates.authority().toString()))) {
      RedisServer.command(node.port(), "cluster", "addslotsrange", "0", "16383");
      await().until(() -> RedisServer.command(node.port(), "get", "{crond}:crontab").equals("$-1"));
      store.send("store-crontab-write", StoreContract.saved("# a", 1));
      assertThat(store.request("store-crontab-read", "", String.class)).contains("# a");
      assertThat(store.request("store-legacy-read", "", String.class)).isNull();
    }
  }

  @Test
  void refusesAFileWithoutCertificates() throws Exception {
    Path empty = Files.writeString(folder.resolve("empty.pem"), "\n");
    assertThatThrownBy(
            () ->
                open(
                    StoreFixture.settings(folder)
                        .with("crond.store", "redis")
                        .with("crond.redis.url", "rediss://localhost")
                        .with("crond.redis.ca", empty.toString())))
        .isInstanceOf(SettingsException.class)
        .hasMessageStartingWith("crond.redis.ca = " + empty);
  }

  private Settings settings(TlsFront front) {
    return StoreFixture.settings(folder)
        .with("crond.store", "redis")
        .with("crond.redis.url", front.url());
  }

  private static StoreContext open(Settings settings) {
    return StoreContext.open(settings, Clock.systemUTC());
  }
}
