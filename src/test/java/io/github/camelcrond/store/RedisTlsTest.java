// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelcrond.config.Settings;
import io.github.camelcrond.config.SettingsException;
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
