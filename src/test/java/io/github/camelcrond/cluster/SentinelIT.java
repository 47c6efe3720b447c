// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelcrond.rabbitmq.Certificates;
import io.github.camelcrond.rabbitmq.TestDaemon;
import io.github.camelcrond.store.RedisServer;
import io.github.camelcrond.store.Sentinels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

/** A master, a replica and three sentinels, and a daemon that knows the sentinels alone. */
class SentinelIT {
  @TempDir Path folder;

  private TestDaemon daemon(Sentinels sentinels, String... crontab) throws Exception {
    return daemon(sentinels, Map.of(), crontab);
  }

  private TestDaemon daemon(Sentinels sentinels, Map<String, String> more, String... crontab)
      throws Exception {
    Map<String, String> settings =
        new HashMap<>(
            Map.of(
                "crond.store", "redis",
                "crond.claims", "redis",
                "crond.claims.wait-replicas", "0",
                "crond.redis.timeout", "1s",
                "crond.redis.url", sentinels.url()));
    settings.putAll(more);
    return TestDaemon.start(Files.createDirectories(folder.resolve("daemon")), settings, crontab);
  }

  private static Set<String> claims(RedisServer server, String... password) {
    try (Jedis redis = new Jedis("127.0.0.1", server.port())) {
      Stream.of(password).forEach(redis::auth);
      return redis.keys("crond:claims:*");
    }
  }

  @Test
  void goesOnWithTheNewMasterWithinTwoSecondsAfterAFailOver() throws Exception {
    try (Sentinels sentinels = Sentinels.start(folder);
        TestDaemon daemon = daemon(sentinels, "CRON_NAME=a", "@every 1s - true")) {
      goesOnAfterAFailOver(sentinels, daemon);
    }
  }

  @Test
  void goesOnAsWellWithPasswordsAndTls(@TempDir Path keys) throws Exception {
    Certificates certificates = Certificates.in(keys);
    certificates.add("server", "ip:127.0.0.1");
    certificates.add("client", "dns:client.example.org");
    Map<String, String> settings =
        Map.of(
            "crond.redis.ca", certificates.authority().toString(),
            "crond.redis.certificate", certificates.certificate("client").toString(),
            "crond.redis.key", certificates.key("client").toString(),
            "crond.redis.sentinel.user", "default",
            "crond.redis.sentinel.password", Sentinels.SENTINEL_PASSWORD);
    try (Sentinels sentinels = Sentinels.guarded(folder, certificates);
        TestDaemon daemon = daemon(sentinels, settings, "CRON_NAME=a", "@every 1s - true")) {
      goesOnAfterAFailOver(sentinels, daemon, Sentinels.PASSWORD);
    }
  }

  private static void goesOnAfterAFailOver(
      Sentinels sentinels, TestDaemon daemon, String... password) {
    RedisServer replica = sentinels.replica();
    await().atMost(Duration.ofSeconds(30)).until(() -> claims(replica, password).size() > 1);

    sentinels.master().kill();
    await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(20))
        .until(() -> sentinels.masterPort() == sentinels.shownPort(replica));
    Instant switched = Instant.now();
    int before = claims(replica, password).size();
    await()
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(20))
        .until(() -> claims(replica, password).size() > before);
    Duration late = Duration.between(switched, Instant.now());

    System.out.println("claims went on " + late.toMillis() + " ms after the failover");
    assertThat(late).isLessThan(Duration.ofSeconds(2));
    await().atMost(Duration.ofSeconds(30)).until(() -> !daemon.logged("store is up").isEmpty());
    // Firings during the failover were claimed late, not lost.
    assertThat(daemon.logged("job skipped")).isEmpty();
    assertThat(daemon.logged("JedisSentinelPool")).isEmpty();
  }

  @Test
  void startsWhileNoSentinelAnswersAndFindsThemLater() throws Exception {
    try (Sentinels sentinels = Sentinels.start(folder)) {
      sentinels.kill();
      try (TestDaemon daemon = daemon(sentinels, "CRON_NAME=a", "@reboot - true")) {
        daemon.awaitLogged("store is down", sentinels.url());
        daemon.awaitLogged("job succeeded");
        sentinels.restart();
        daemon.awaitLogged("store is up");
        await().atMost(Duration.ofSeconds(30)).until(() -> daemon.records("a").size() == 1);
      }
    }
  }
}
