// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelcrond.rabbitmq.TestDaemon;
import io.github.camelcrond.store.RedisServer;
import io.github.camelcrond.store.Sentinels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

/** A master, a replica and three sentinels, and a daemon that knows the sentinels alone. */
class SentinelIT {
  @TempDir Path folder;

  private TestDaemon daemon(Sentinels sentinels, String... crontab) throws Exception {
    return TestDaemon.start(
        Files.createDirectories(folder.resolve("daemon")),
        Map.of(
            "crond.store", "redis",
            "crond.claims", "redis",
            "crond.claims.wait-replicas", "0",
            "crond.redis.timeout", "1s",
            "crond.redis.url", sentinels.url()),
        crontab);
  }

  private static Set<String> claims(int port) {
    try (Jedis redis = new Jedis("127.0.0.1", port)) {
      return redis.keys("crond:claims:*");
    }
  }

  @Test
  void goesOnWithTheNewMasterWithinTwoSecondsAfterAFailOver() throws Exception {
    try (Sentinels sentinels = Sentinels.start(folder);
        TestDaemon daemon = daemon(sentinels, "CRON_NAME=a", "@every 1s - true")) {
      RedisServer replica = sentinels.replica();
      await().atMost(Duration.ofSeconds(30)).until(() -> claims(replica.port()).size() > 1);

      sentinels.master().kill();
      await()
          .atMost(Duration.ofSeconds(60))
          .pollInterval(Duration.ofMillis(20))
          .until(() -> sentinels.masterPort() == replica.port());
      Instant switched = Instant.now();
      int before = claims(replica.port()).size();
      await()
          .atMost(Duration.ofSeconds(30))
          .pollInterval(Duration.ofMillis(20))
          .until(() -> claims(replica.port()).size() > before);
      Duration late = Duration.between(switched, Instant.now());

      System.out.println("claims went on " + late.toMillis() + " ms after the fail-over");
      assertThat(late).isLessThan(Duration.ofSeconds(2));
      await().atMost(Duration.ofSeconds(30)).until(() -> !daemon.logged("store is up").isEmpty());
      // Firings during the fail-over were claimed late, not lost.
      assertThat(daemon.logged("job skipped")).isEmpty();
      assertThat(daemon.logged("JedisSentinelPool")).isEmpty();
    }
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
