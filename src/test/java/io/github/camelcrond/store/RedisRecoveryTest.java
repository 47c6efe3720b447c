// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelcrond.config.Settings;
import io.github.camelcrond.run.RunJournal;
import io.github.camelcrond.run.RunJournalTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Redis has comes back to a daemon that has lost it. */
class RedisRecoveryTest {
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
  void givesTheCrontabBackAsSoonAsItAnswers() throws IOException {
    try (StoreFixture first = daemon()) {
      first.save(TEXT);
      await().until(() -> first.stored().equals(TEXT));
    }
    Files.delete(folder.resolve("crontab"));
    server.hang();
    try (StoreFixture second = daemon()) {
      assertThat(second.recover()).isNull();
      assertThat(second.crontab).doesNotExist();
      await().until(() -> !second.health().status().up());
      server.goOn();
      Instant begin = Instant.now();
      await().until(() -> second.loads.get() == 1);
      assertThat(Duration.between(begin, Instant.now())).isLessThan(Duration.ofMillis(2_500));
      assertThat(second.file()).isEqualTo(TEXT);
    }
  }

  @Test
  void isNotGivenABlankCrontabThatItWasToReplace() throws Exception {
    try (StoreFixture first = daemon()) {
      first.save(TEXT);
      await().until(() -> first.stored().equals(TEXT));
    }
    Files.writeString(folder.resolve("crontab"), "\n");
    server.hang();
    try (StoreFixture second = daemon()) {
      second.recover();
      second.save("\n");
      server.goOn();
      await().until(() -> second.loads.get() == 1);
      assertThat(second.file()).isEqualTo(TEXT);
      assertThat(second.stored()).isEqualTo(TEXT);
      assertThat(second.store().texts("store-versions-read", "")).hasSize(1);
    }
  }

  @Test
  void rendersTheCrontabFromTheRouteSet() throws IOException {
    try (StoreFixture daemon = daemon()) {
      daemon.save(TEXT);
      await().until(() -> daemon.redis().opsForHash().hasKey("crond:routes", "a"));
    }
    Files.delete(folder.resolve("crontab"));
    try (StoreFixture daemon = daemon()) {
      daemon.redis().delete("crond:crontab");
      daemon.recover();
      assertThat(daemon.file()).contains("CRON_NAME = a\n").contains("* * * * * root true\n");
    }
  }

  @Test
  void takesOverFromThePythonService() {
    try (StoreFixture daemon = daemon()) {
      // as json.dumps writes it
      daemon
          .redis()
          .opsForValue()
          .set(
              "crond-service-cronjob-cache",
              "[[\"*/5\", \"*\", \"*\", \"*\", \"*\", \"root\", \"echo \\\"h\\u00e9\\\" 50%\"], "
                  + "[\"0\", \"3\", \"*\", \"*\", \"1-5\", \"app\", \"/bin/backup\"]]");
      daemon.recover();
      assertThat(daemon.file())
          .contains("*/5 * * * * root echo \"hé\" 50%\n")
          .contains("0 3 * * 1-5 app /bin/backup\n");
    }
  }

  @Test
  void isGivenWhatAKilledDaemonOwed() {
    assertThat(folder.resolve("store").toFile().mkdirs()).isTrue();
    RunJournal killed = RunJournalTest.open(folder.resolve("store"), Clock.systemUTC(), 100);
    killed.ended(Runs.end("a", 1), Optional.empty());
    killed.ended(Runs.end("a", 2), Optional.empty());
    killed.noteStored(List.of(Runs.end("a", 1)));
    try (StoreFixture daemon = daemon()) {
      daemon.store().request("runs-recover", "", Object.class);
      await().until(() -> daemon.runs("a") == 1);
      await().until(() -> daemon.bean("run-journal", RunJournal.class).pendingCount() == 0);
    }
  }

  private Settings settings() {
    return StoreFixture.settings(folder, server);
  }

  private StoreFixture daemon() {
    return StoreFixture.start(settings());
  }
}
