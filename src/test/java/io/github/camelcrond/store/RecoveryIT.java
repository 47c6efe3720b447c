// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelcrond.config.Settings;
import io.github.camelcrond.daemon.RealDaemon;
import io.github.camelcrond.run.RunJournalTest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A daemon is edited, killed, robbed of its crontab, and goes on where it was. */
class RecoveryIT {
  private static final String TEXT =
      "# every second, and one that is in flight when the daemon dies\n"
          + "CRON_NAME=tick\n@every 1s - echo tick\nCRON_NAME=long\n@every 20s - sleep 19\n";
  @TempDir Path folder;

  @Test
  void goesOnWithTheEmbeddedStore() throws Exception {
    try (RealDaemon daemon = new RealDaemon(folder)) {
      goesOn(daemon, settings());
    }
  }

  @Test
  void goesOnWithRedis() throws Exception {
    try (RedisServer server = RedisServer.start(folder);
        RealDaemon daemon =
            new RealDaemon(folder)
                .set("crond.store", "redis")
                .set("crond.redis.url", server.url())) {
      goesOn(daemon, settings().with("crond.store", "redis").with("crond.redis.url", server.url()));
    }
  }

  @Test
  void startsWithoutRedisAndGivesItAllOnceItIsThere() throws Exception {
    int port = RedisServer.freePort();
    try (RealDaemon daemon =
        new RealDaemon(folder)
            .set("crond.store", "redis")
            .set("crond.redis.url", "redis://127.0.0.1:" + port)) {
      daemon.crontab(TEXT).start();
      daemon.awaitLogs(3, "job succeeded", "job=tick");
      assertThat(daemon.log("WARN", "store is down")).hasSize(1);
      try (RedisServer server = RedisServer.startAt(folder, port);
          StoreContext store =
              StoreContext.open(
                  settings().with("crond.store", "redis").with("crond.redis.url", server.url()),
                  Clock.systemUTC())) {
        daemon.awaitLog("INFO", "store is up");
        Awaitility.await().until(() -> store.runs("tick").size() >= 3);
        assertThat(store.request("store-crontab-read", "", String.class)).contains("echo tick");
      }
    }
  }

  private void goesOn(RealDaemon daemon, Settings settings) throws Exception {
    daemon.set("crond.stop.grace", "0s");
    daemon.crontab("CRON_NAME=boot\n@reboot - true\n").start();
    daemon.awaitLog("crontab loaded", "jobs=1");
    awaitVersion(1, RealDaemon.value(daemon.awaitLog("job succeeded"), "run"), settings);
    daemon.crontab(TEXT);
    daemon.awaitLog("crontab loaded", "jobs=2");
    daemon.awaitLogs(2, "job succeeded", "job=tick");
    String last = RealDaemon.value(daemon.log("job succeeded", "job=tick").get(1), "run");
    String first = RealDaemon.value(daemon.log("job succeeded", "job=tick").get(0), "run");
    awaitVersion(2, first, settings);
    awaitProcess(RealDaemon.value(daemon.awaitLog("job started", "job=long"), "run"), settings);
    daemon.kill9();
    Files.delete(daemon.crontab());
    daemon.start();
    daemon.awaitLog("crontab loaded", "jobs=2");
    assertThat(daemon.crontab()).hasContent(TEXT);
    daemon.awaitLogs(2, "job succeeded", "job=tick");
    assertThat(daemon.stop()).isZero();
    try (StoreContext store = StoreContext.open(settings, Clock.systemUTC())) {
      List<String> runs = store.runs("tick");
      assertThat(runs).anyMatch(json -> json.contains(last)).hasSizeGreaterThanOrEqualTo(4);
      assertThat(new HashSet<>(runs)).hasSameSizeAs(runs);
      assertThat(store.runs("long"))
          .anyMatch(json -> json.contains("interrupted") && json.contains("is still running"));
      assertThat(store.texts("store-versions-read", "")).hasSize(2);
    }
  }

  /** The start is logged before there is a process. */
  private static void awaitProcess(String run, Settings settings) {
    Awaitility.await()
        .until(
            () -> records(settings).anyMatch(r -> r.contains(run) && r.matches(".*pid\":[1-9].*")));
  }

  private static Stream<String> records(Settings settings) {
    return RunJournalTest.records(Path.of(settings.text("crond.store.dir"))).stream();
  }

  /**
   * A crontab that came in force is saved within a moment, not at once.
   *
   * @param run one of its runs
   */
  private static void awaitVersion(int version, String run, Settings settings) {
    if (settings.text("crond.store").equals("redis")) {
      try (StoreContext store = StoreContext.open(settings, Clock.systemUTC())) {
        Awaitility.await().until(() -> store.texts("store-versions-read", "").size() == version);
      }
    } else {
      // The file is the daemon's alone; a run whose record is in it came after the crontab.
      Awaitility.await().until(() -> records(settings).noneMatch(r -> r.contains(run)));
    }
  }

  private Settings settings() {
    return StoreFixture.settings(folder);
  }
}
