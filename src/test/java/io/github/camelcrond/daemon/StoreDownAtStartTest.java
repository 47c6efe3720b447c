// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelcrond.run.RunHistory;
import io.github.camelcrond.store.RedisServer;
import io.github.camelcrond.store.StoreHealth;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreDownAtStartTest {
  private static final Duration LONGEST = Duration.ofSeconds(30);

  @TempDir Path folder;

  @Test
  void aStoreThatComesLaterIsSaidToBeThere() throws Exception {
    try (RedisServer redis = RedisServer.start(folder)) {
      redis.kill();
      try (InnerDaemon daemon =
          new InnerDaemon(folder)
              .set("crond.store", "redis")
              .set("crond.redis.url", redis.url())
              .set("crond.store.watch-period", "1s")
              .crontab("CRON_NAME=a", "0 0 1 1 * - true")
              .start()) {
        StoreHealth health = daemon.bean("store-health", StoreHealth.class);
        RunHistory history = daemon.bean("run-history", RunHistory.class);
        await().until(() -> !health.status().up());
        // What others ask it meanwhile is not answered either.
        daemon.to("direct:store-runs-read").withVariable("job-id", "a").send();
        redis.start();
        await().atMost(LONGEST).until(() -> health.status().up());
        assertThat(daemon.end("a", daemon.runNow("a")).outcome()).isEqualTo("succeeded");
        await().until(() -> history.of("a").last().isPresent());
      }
    }
  }

  @Test
  void routesThatWaitForRedisDelayNoOtherPeriodicRoute() throws Exception {
    Path routes = Files.createDirectory(folder.resolve("routes"));
    try (RedisServer redis = RedisServer.start(folder);
        InnerDaemon daemon =
            new InnerDaemon(folder)
                .set("crond.routes.dir", routes.toString())
                .set("crond.store", "redis")
                .set("crond.claims", "redis")
                .set("crond.redis.url", redis.url())
                .set("crond.redis.timeout", "1m")
                .set("crond.store.watch-period", "1s")
                .crontab("CRON_NAME=a", "0 0 1 1 * - true")
                .start()) {
      redis.hang();
      await().atMost(LONGEST).until(() -> waitingRoutes() >= 2);
      Files.writeString(
          routes.resolve("mine.camel.yaml"),
          "- route: {id: mine, from: {uri: 'direct:mine', steps: [{log: hello}]}}\n");
      await().atMost(LONGEST).until(() -> daemon.daemon().context().getRoute("mine") != null);
      redis.goOn();
    }
  }

  private static long waitingRoutes() {
    return Thread.getAllStackTraces().values().stream()
        .filter(
            stack -> Stream.of(stack).anyMatch(f -> f.getClassName().endsWith("SchedulerConsumer")))
        .count();
  }
}
