// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.camelcrond.config.Settings;
import io.github.camelcrond.daemon.Daemon;
import io.github.camelcrond.job.PausedJobs;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.data.redis.core.StringRedisTemplate;

/** A Redis that goes wrong costs no run and no record. */
class RedisOutageTest {
  private static final String TEXT = "CRON_NAME=a\n* * * * * root true\n";
  @TempDir Path folder;
  private RedisServer server;

  @BeforeAll
  static void lookOften() {
    Awaitility.setDefaultPollInterval(Duration.ofMillis(20));
    Awaitility.setDefaultTimeout(Duration.ofSeconds(15));
  }

  @BeforeEach
  void startRedis() {
    server = RedisServer.start(folder);
  }

  @AfterEach
  void stopRedis() {
    server.goOn();
    server.close();
  }

  @Test
  void isGivenWhatItIsOwedWhenItIsThere() {
    server.kill();
    try (LogCapture log = new LogCapture();
        StoreFixture daemon = daemon()) {
      Instant begin = Instant.now();
      daemon.save("# first\n");
      daemon.save(TEXT);
      for (int i = 0; i < 1_200; i++) {
        daemon.end(Runs.end("a", i));
        daemon.end(Runs.end("b", i));
      }
      assertThat(Duration.between(begin, Instant.now())).isLessThan(Duration.ofSeconds(5));
      await().until(() -> !daemon.health().status().up());
      server.start();
      await().until(() -> daemon.health().status().up());
      await().until(() -> daemon.redis().hasKey("crond:crontab"));
      await().until(() -> daemon.runs("b") == 100);
      assertThat(daemon.stored()).isEqualTo(TEXT);
      String newest = Runs.end("b", 1_199).run();
      await().until(() -> daemon.redis().opsForList().index("crond:runs:b", 0).contains(newest));
      assertThat(daemon.store().texts("store-versions-read", "")).hasSize(1);
      assertThat(log.warnings()).hasSize(1);
      assertThat(log.warnings().get(0))
          .contains("store is down")
          .contains("redis://127.0.0.1:" + server.port());
      assertThat(log.with("store is up")).hasSize(1);
    }
  }

  @Test
  void isGivenTheCrontabAgainWhenItRestartsEmpty() {
    try (StoreFixture daemon = daemon()) {
      daemon.save(TEXT);
      await().until(() -> daemon.stored().equals(TEXT));
      server.kill();
      server.start();
      await().until(() -> TEXT.equals(safely(daemon)));
      await().until(() -> daemon.redis().opsForHash().hasKey("crond:routes", "a"));
    }
  }

  @Test
  void isToldOfPausesWhenItIsBackAndAsked() {
    RedisServer.command(server.port(), "SADD", "crond:paused", "b");
    server.hang();
    try (LogCapture log = new LogCapture();
        StoreFixture daemon = daemon()) {
      PausedJobs pauses = daemon.bean("paused-jobs", PausedJobs.class);
      daemon.store().send("job-pauses-load", "");
      daemon.store().send("job-pause", "a", "");
      assertThat(pauses.all()).containsExactly("a");
      server.goOn();
      await().until(() -> daemon.health().status().up() && pauses.pendingJobs().isEmpty());
      assertThat(pauses.all()).containsExactly("a", "b");
      assertThat(daemon.store().texts("store-paused-read", "")).containsExactlyInAnyOrder("a", "b");
      assertThat(log.warnings()).hasSize(1);
    }
  }

  @Test
  void hasItsPausesAgainWhenItRestartsEmpty() {
    try (StoreFixture daemon = daemon()) {
      daemon.save(TEXT);
      await().until(() -> daemon.stored().equals(TEXT));
      daemon.store().send("job-pause", "a", "");
      server.kill();
      server.start();
      await().until(() -> TEXT.equals(safely(daemon)));
      await().until(() -> daemon.store().texts("store-paused-read", "").contains("a"));
    }
  }

  @Test
  void isNoticedWhenItHangs() {
    try (LogCapture log = new LogCapture();
        StoreFixture daemon = daemon()) {
      daemon.save(TEXT);
      await().until(() -> daemon.stored().equals(TEXT));
      server.hang();
      Instant begin = Instant.now();
      assertThatThrownBy(() -> daemon.runs("a")).isInstanceOf(StoreException.class);
      assertThat(Duration.between(begin, Instant.now())).isLessThan(Duration.ofSeconds(2));
      daemon.end(Runs.end("a", 1));
      await().until(() -> !daemon.health().status().up());
      server.goOn();
      await().until(() -> daemon.health().status().up());
      await().until(() -> daemon.runs("a") == 1);
      assertThat(log.warnings()).hasSize(1);
    }
  }

  @Test
  void keepsNoRunTwiceThoughItAnswersSlowly() {
    try (StoreFixture daemon = daemon()) {
      daemon.save(TEXT);
      server.hang();
      for (int i = 0; i < 20; i++) {
        daemon.end(Runs.end("a", i));
      }
      await().until(() -> !daemon.health().status().up());
      server.goOn();
      await().until(() -> daemon.runs("a") == 20);
    }
  }

  @Test
  void isRetriedWhileItIsFull() {
    try (LogCapture log = new LogCapture();
        StoreFixture daemon = daemon()) {
      StringRedisTemplate redis = daemon.redis();
      redis
          .getRequiredConnectionFactory()
          .getConnection()
          .serverCommands()
          .setConfig("maxmemory", "1");
      daemon.save(TEXT);
      daemon.end(Runs.end("a", 1));
      await().until(() -> !daemon.health().status().up());
      assertThat(daemon.health().status().reason()).contains("maxmemory");
      redis
          .getRequiredConnectionFactory()
          .getConnection()
          .serverCommands()
          .setConfig("maxmemory", "0");
      await().until(() -> daemon.stored().equals(TEXT) && daemon.runs("a") == 1);
      await().until(() -> daemon.health().status().up());
      assertThat(log.with("store is down")).hasSize(1);
    }
  }

  @Test
  void isRetriedWhileItIsAReadOnlyReplica() {
    try (StoreFixture daemon = daemon()) {
      replicaOf("127.0.0.1", "" + RedisServer.freePort());
      daemon.end(Runs.end("a", 1));
      await().until(() -> !daemon.health().status().up());
      assertThat(daemon.health().status().reason()).contains("READONLY");
      replicaOf("NO", "ONE");
      await().until(() -> daemon.runs("a") == 1);
    }
  }

  @Test
  void doesNotKeepTheDaemonFromStopping() {
    try (LogCapture log = new LogCapture()) {
      Instant begin;
      try (StoreFixture daemon = daemon()) {
        server.kill();
        daemon.save(TEXT);
        daemon.end(Runs.end("a", 1));
        await().until(() -> !daemon.health().status().up());
        begin = Instant.now();
      }
      assertThat(Duration.between(begin, Instant.now())).isLessThan(Duration.ofSeconds(4));
      assertThat(log.warnings()).hasSize(1);
    }
    server.start();
    try (StoreFixture daemon = daemon()) {
      daemon.store().send("runs-recover", "");
      await().until(() -> daemon.runs("a") == 1);
    }
  }

  @Test
  void isAskedNothingMoreOnceTheDaemonIsToHaveStopped() {
    RedisUrl url = RedisUrl.parse(server.url());
    try (RedisConnections redis =
        new RedisConnections(url, "crond:routes", StoreFixture.settings(folder))) {
      redis.closeAfter(Duration.ofMinutes(1));
      redis.template().hasKey("a");
      redis.closeAfter(Duration.ZERO);
      assertThatThrownBy(() -> redis.template().hasKey("a")).hasMessage("the daemon is stopping");
    }
  }

  @Test
  void isNotWaitedForInCamelsWordsWhenItIsSlowAndTheDaemonStops() throws Exception {
    try (DelayingProxy slow = DelayingProxy.to(server.port(), Duration.ofMillis(900));
        LogCapture log = new LogCapture()) {
      Settings settings =
          StoreFixture.settings(folder)
              .with("crond.home", Path.of("").toAbsolutePath().toString())
              .with("crond.http.enabled", "false")
              .with("crond.stop.grace", "0s")
              .with("crond.store", "redis")
              .with("crond.redis.timeout", "2s")
              .with("crond.redis.url", slow.url());
      Files.writeString(folder.resolve("crontab"), "CRON_NAME=a\n@every 1s - true\n");
      Daemon daemon = new Daemon(settings, Clock.systemUTC());
      daemon.start();
      await().until(() -> !log.with("job succeeded").isEmpty());
      Instant begin = Instant.now();
      daemon.stop();
      assertThat(Duration.between(begin, Instant.now())).isLessThan(Duration.ofSeconds(8));
      assertThat(log.lines())
          .noneMatch(line -> line.contains("graceful shutdown") || line.contains("Exception"));
    }
  }

  @Test
  void showsNoPassword() {
    server.close();
    server = RedisServer.start(folder, "--requirepass", "s3cr#t/@x");
    String wrong = "redis://:wr0ng-s3cret@127.0.0.1:" + server.port();
    try (LogCapture log = new LogCapture();
        StoreFixture daemon = StoreFixture.start(settings().with("crond.redis.url", wrong))) {
      daemon.save(TEXT);
      await().until(() -> !daemon.health().status().up());
      assertThatThrownBy(() -> daemon.runs("a"))
          .hasMessageContaining(
              "redis://127.0.0.1:" + server.port() + "/0 does not respond: WRONGPASS")
          .satisfies(e -> assertThat(stackTrace(e)).doesNotContain("wr0ng"));
      assertThat(daemon.health().status().toString()).contains("WRONGPASS").doesNotContain("wr0ng");
      assertThat(log.lines()).noneMatch(line -> line.contains("wr0ng"));
      assertThat(daemon.redis().toString()).doesNotContain("wr0ng");
    }
    String right = "redis://default:s3cr%23t/@x@127.0.0.1:" + server.port() + "/3";
    try (StoreFixture daemon = StoreFixture.start(settings().with("crond.redis.url", right))) {
      daemon.save(TEXT);
      await().until(() -> daemon.stored().equals(TEXT));
    }
  }

  private void replicaOf(String host, String port) {
    RedisServer.command(server.port(), "REPLICAOF", host, port);
  }

  private static String safely(StoreFixture daemon) {
    try {
      return daemon.stored();
    } catch (StoreException e) {
      return "";
    }
  }

  private static String stackTrace(Throwable e) {
    StringWriter text = new StringWriter();
    e.printStackTrace(new PrintWriter(text));
    return text.toString();
  }

  private Settings settings() {
    return StoreFixture.settings(folder, server);
  }

  private StoreFixture daemon() {
    return StoreFixture.start(settings());
  }
}
