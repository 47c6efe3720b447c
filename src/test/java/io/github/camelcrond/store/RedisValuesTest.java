// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelcrond.config.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.data.redis.core.StringRedisTemplate;

/** Values in Redis that are not this daemon's. */
class RedisValuesTest {
  private static final String TEXT = "CRON_NAME=a\n* * * * * root true\n";
  @TempDir static Path serverFolder;
  private static RedisServer server;
  @TempDir Path folder;

  @BeforeAll
  static void startRedis() {
    Awaitility.setDefaultPollInterval(Duration.ofMillis(20));
    Awaitility.setDefaultTimeout(Duration.ofSeconds(15));
    server = RedisServer.start(serverFolder);
  }

  @AfterAll
  static void stopRedis() {
    server.close();
  }

  @BeforeEach
  void empty() {
    server.goOn();
    RedisServer.command(server.port(), "FLUSHALL");
  }

  @Test
  void hasValuesOfAnotherTypeMovedAside() {
    try (LogCapture log = new LogCapture();
        StoreFixture daemon = daemon()) {
      StringRedisTemplate redis = daemon.redis();
      redis.opsForHash().put("crond:crontab", "x", "y");
      redis.opsForValue().set("crond:crontab:versions", "x");
      redis.opsForValue().set("crond:routes", "x");
      redis.opsForValue().set("crond:runs:a", "x");
      redis.opsForHash().put("crond:last:a", "x", "y");
      redis.opsForValue().set("crond:paused", "x");
      daemon.save(TEXT);
      daemon.end(Runs.end("a", 1));
      await().until(() -> daemon.stored().equals(TEXT) && daemon.runs("a") == 1);
      await().until(() -> redis.opsForHash().hasKey("crond:routes", "a"));
      await().until(() -> redis.hasKey("crond:last:a"));
      assertThat(daemon.store().texts("store-paused-read", "")).isEmpty();
      assertThat(redis.opsForValue().get("crond:runs:a:aside")).isEqualTo("x");
      assertThat(redis.opsForHash().get("crond:crontab:aside", "x")).isEqualTo("y");
      assertThat(log.with("another type renamed")).hasSizeGreaterThanOrEqualTo(4);
    }
  }

  @Test
  void hasADamagedCrontabReplaced() {
    try (StoreFixture daemon = daemon()) {
      daemon.redis().opsForValue().set("crond:crontab", "{\"text\":");
      daemon.save(TEXT);
      await().until(() -> daemon.redis().opsForValue().get("crond:crontab").contains("root true"));
    }
  }

  @Test
  void namesBothDaemonsOnceWhenTheirCrontabsDiffer() {
    try (LogCapture log = new LogCapture();
        StoreFixture a = daemon()) {
      a.save(TEXT);
      await().until(() -> a.stored().equals(TEXT));
      Settings other = StoreFixture.settings(folder.resolve("b"), server);
      try (StoreFixture b = StoreFixture.start(other)) {
        b.save("# b\n");
        await().until(() -> b.stored().equals("# b\n"));
        await().until(() -> log.with("another daemon replaced our").size() == 1);
        assertThat(log.with("crontab in the store replaced")).hasSize(1);
        String said = log.with("another daemon replaced our").get(0);
        assertThat(said)
            .contains(" host=")
            .contains("other-host=")
            .contains("other-digest=")
            .contains(" digest=");
        await().during(Duration.ofSeconds(2)).until(() -> b.stored().equals("# b\n"));
        assertThat(log.warnings()).hasSize(2);
      }
    }
  }

  @Test
  void belongToOneDaemonHoweverSeveralStartAtTheSameMoment() {
    List<StoreFixture> daemons = new ArrayList<>();
    try {
      for (String name : List.of("a", "b", "c")) {
        daemons.add(StoreFixture.start(StoreFixture.settings(folder.resolve(name), server)));
      }
      for (int i = 0; i < 20; i++) {
        RedisServer.command(server.port(), "FLUSHALL");
        int round = i;
        daemons.parallelStream()
            .forEach(
                daemon ->
                    daemon.save(
                        "CRON_NAME=job-%d-%d\n* * * * * root true\n"
                            .formatted(daemons.indexOf(daemon), round)));
        daemons.forEach(daemon -> await().until(daemon::idle));
        // Between the two answers, another daemon may have replaced both.
        await().until(() -> job(daemons.get(0)).equals(jobs(daemons.get(0))));
      }
    } finally {
      daemons.forEach(StoreFixture::close);
    }
  }

  private static Set<String> job(StoreFixture daemon) {
    return Set.of(daemon.stored().replaceFirst("(?s)CRON_NAME=(\\S*).*", "$1"));
  }

  private static Set<String> jobs(StoreFixture daemon) {
    return daemon.store().textByJob("store-routes-read", "").keySet();
  }

  @Test
  void areLeftAloneIfALaterVersionHasWrittenThem() {
    try (StoreFixture daemon = daemon()) {
      daemon.save(TEXT);
      await().until(() -> daemon.redis().opsForHash().hasKey("crond:routes", "a"));
      RedisServer.command(server.port(), "SET", "crond:format", "2");
      await().until(() -> !daemon.health().status().up());
      assertThat(daemon.health().status().reason())
          .contains("(crond:format) has format 2 of a later version, this one reads 1");
      String keys = RedisServer.command(server.port(), "DBSIZE");
      daemon.save("# b\n");
      daemon.end(Runs.end("a", 1));
      await()
          .during(Duration.ofSeconds(2))
          .until(() -> RedisServer.command(server.port(), "DBSIZE").equals(keys));
      RedisServer.command(server.port(), "SET", "crond:format", "1");
      await().until(() -> daemon.health().status().up() && daemon.runs("a") == 1);
      await().until(() -> daemon.stored().equals("# b\n"));
    }
  }

  @Test
  void hasARouteSetThatWasDeletedOrReplacedWrittenAgain() {
    try (StoreFixture daemon = daemon()) {
      daemon.save(TEXT);
      await().until(() -> daemon.redis().opsForHash().hasKey("crond:routes", "a"));
      daemon.redis().delete("crond:routes");
      await().until(() -> daemon.redis().opsForHash().hasKey("crond:routes", "a"));
      daemon.redis().delete("crond:routes");
      daemon.redis().opsForValue().set("crond:routes", "x");
      await().until(() -> "x".equals(daemon.redis().opsForValue().get("crond:routes:aside")));
      await().until(() -> daemon.redis().opsForHash().hasKey("crond:routes", "a"));
    }
  }

  @Test
  void keepsANewerCrontabAndItsJobsThoughAnOlderDaemonLosesItsStoreForAMoment() {
    try (StoreFixture old = daemon()) {
      old.save(TEXT);
      await().until(() -> old.stored().equals(TEXT));
      await().until(() -> old.redis().opsForHash().hasKey("crond:routes", "a"));
      try (StoreFixture next =
          StoreFixture.start(StoreFixture.settings(folder.resolve("b"), server))) {
        next.save("CRON_NAME=b\n* * * * * root true\n");
        await().until(() -> next.redis().opsForHash().hasKey("crond:routes", "b"));
        server.hang();
        await().until(() -> !old.health().status().up());
        server.goOn();
        await().until(() -> old.health().status().up());
        await()
            .during(Duration.ofSeconds(2))
            .until(
                () ->
                    next.stored().startsWith("CRON_NAME=b")
                        && next.redis().opsForHash().hasKey("crond:routes", "b"));
      }
    }
  }

  @Test
  void separatesDaemonsWithDifferentPrefixes() {
    try (StoreFixture a = daemon();
        StoreFixture b =
            StoreFixture.start(
                StoreFixture.settings(folder.resolve("b"), server)
                    .with("crond.store.prefix", "team-b"))) {
      a.save(TEXT);
      b.save("# b\n");
      b.end(Runs.end("a", 1));
      await().until(() -> a.stored().equals(TEXT) && b.stored().equals("# b\n"));
      await().until(() -> b.runs("a") == 1);
      assertThat(a.runs("a")).isZero();
      assertThat(a.redis().keys("*"))
          .allMatch(key -> key.startsWith("crond:") || key.startsWith("team-b:"));
    }
  }

  private Settings settings() {
    return StoreFixture.settings(folder, server);
  }

  private StoreFixture daemon() {
    return StoreFixture.start(settings());
  }
}
