// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.camelcrond.config.Settings;
import io.github.camelcrond.config.SettingsLoader;
import io.github.camelcrond.run.RunEnd;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.data.redis.core.StringRedisTemplate;

/** Redis keeps what each store keeps, under the keys that are documented. */
class RedisStoreTest extends StoreContract {
  @TempDir static Path serverFolder;
  private static RedisServer server;
  @TempDir Path folder;
  private StoreContext store;

  @BeforeAll
  static void startRedis() {
    server = RedisServer.start(serverFolder);
  }

  @AfterAll
  static void stopRedis() {
    server.close();
  }

  @BeforeEach
  void open() {
    open(0);
  }

  private void open(int replicas) {
    Settings settings =
        SettingsLoader.load(Map.of(), new Properties())
            .with("crond.store", "redis")
            .with("crond.redis.url", server.url())
            .with("crond.store.dir", folder.toString())
            .with("crond.claims.wait-replicas", String.valueOf(replicas))
            .with("crond.history.runs", "3");
    store = StoreContext.open(settings, Clock.systemUTC());
  }

  @AfterEach
  void empty() {
    redis().getRequiredConnectionFactory().getConnection().serverCommands().flushAll();
    store.close();
  }

  @Override
  StoreContext store() {
    return store;
  }

  @Override
  StoreContext reopened() {
    store.close();
    open();
    return store;
  }

  /** Takes so much from what each key has left to live. */
  @Override
  void pass(Duration time) {
    for (String key : redis().keys("*")) {
      long left = redis().getExpire(key);
      if (left > 0) {
        redis()
            .expire(
                key,
                Duration.ofSeconds(left).minus(time).toSeconds(),
                java.util.concurrent.TimeUnit.SECONDS);
      }
    }
  }

  @Test
  void hasNoRecordThatReplicasOfRedisHaveNot(@TempDir Path replicaFolder) {
    store.close();
    open(1);
    assertThatThrownBy(() -> write("store-runs-write", List.of(Runs.end("a", 1))))
        .hasStackTraceContaining("written to 0 of 1 replicas (crond.claims.wait-replicas)");
    try (RedisServer replica =
        RedisServer.start(replicaFolder, "--replicaof", "127.0.0.1", "" + server.port())) {
      await()
          .ignoreExceptions()
          .untilAsserted(() -> write("store-runs-write", List.of(Runs.end("a", 1))));
      assertThat(RedisServer.command(replica.port(), "LLEN", "crond:runs:a")).isEqualTo(":1");
    }
  }

  @Test
  void usesTheDocumentedKeys() {
    write("store-crontab-write", saved("# a", 1));
    write("store-routes-write", Map.of("a", "{\"id\":\"a\"}"));
    write("store-runs-write", List.of(Runs.end("a", 1)));
    write("store-bodies-write", Map.of("a", "x"));
    redis().opsForSet().add("crond:paused", "b");
    assertThat(redis().keys("*"))
        .containsExactlyInAnyOrder(
            "crond:crontab",
            "crond:crontab:versions",
            "crond:format",
            "crond:routes",
            "crond:runs:a",
            "crond:last:a",
            "crond:success:a",
            "crond:bodies",
            "crond:paused");
    assertThat(redis().opsForValue().get("crond:crontab")).isEqualTo(saved("# a", 1));
    assertThat(redis().opsForHash().get("crond:routes", "a")).isEqualTo("{\"id\":\"a\"}");
    assertThat(redis().opsForList().index("crond:runs:a", 0))
        .isEqualTo(Runs.json(Runs.end("a", 1)).get(0));
    assertThat(redis().opsForValue().get("crond:last:a")).isEqualTo(Runs.at(1).toString());
    assertThat(redis().opsForHash().get("crond:bodies", "a")).isEqualTo("x");
    assertThat(paused()).containsExactly("b");
  }

  @Test
  void writesACrontabWithItsJobsUnlessAnotherDaemonHasStoredOneMeanwhile() {
    assertThat(writeBoth(saved("# a", 1), null, "a")).isTrue();
    assertThat(writeBoth(saved("# b", 2), null, "b")).isFalse();
    assertThat(crontab()).isEqualTo(saved("# a", 1));
    assertThat(versions()).hasSize(1);
    assertThat(routes()).containsOnlyKeys("a");

    assertThat(writeBoth(saved("# b", 2), saved("# a", 1), "b")).isTrue();
    assertThat(crontab()).isEqualTo(saved("# b", 2));
    assertThat(routes()).containsOnlyKeys("b");
  }

  private boolean writeBoth(String crontab, String replaced, String job) {
    return store
        .camel()
        .createFluentProducerTemplate()
        .to("direct:store-routes-write")
        .withBody(Map.of(job, "{}"))
        .withVariable("crontab", crontab)
        .withVariable("replaced", replaced)
        .request(Boolean.class);
  }

  @Test
  void letsTheKeysOfARunThatEndsAfterItsJobHasGoneExpire() {
    write("store-routes-write", Map.of("b", "{}"));
    write("store-runs-write", List.of(Runs.end("a", 1), Runs.end("b", 1)));
    assertThat(redis().getExpire("crond:runs:a")).isPositive();
    assertThat(redis().getExpire("crond:runs:b")).isEqualTo(-1);
  }

  @Test
  void writesARouteSetWithWhatBelongsToItOrNothing() {
    write("store-routes-write", Map.of("a", "{}"));
    RedisServer.command(server.port(), "ACL", "SETUSER", "default", "-persist");
    assertThatThrownBy(() -> write("store-routes-write", Map.of("b", "{}")))
        .isInstanceOf(StoreException.class);
    RedisServer.command(server.port(), "ACL", "SETUSER", "default", "+persist");
    assertThat(routes()).containsOnlyKeys("a");
    write("store-routes-write", Map.of("b", "{}"));
    assertThat(routes()).containsOnlyKeys("b");
  }

  @Test
  void needsFewRoundTripsHoweverManyRunsAndJobsThereAre() {
    List<RunEnd> ends = IntStream.range(0, 200).mapToObj(i -> Runs.end("job-" + i, i)).toList();
    Map<String, String> jobs = new TreeMap<>();
    ends.forEach(end -> jobs.put(end.job(), "{}"));
    try (DelayingProxy proxy = DelayingProxy.to(server.port(), Duration.ofMillis(1));
        StoreContext far =
            StoreContext.open(
                SettingsLoader.load(Map.of(), new Properties())
                    .with("crond.store", "redis")
                    .with("crond.redis.url", proxy.url()),
                Clock.systemUTC())) {
      far.send("store-routes-write", jobs);
      far.send("store-runs-write", ends);
      assertThat(proxy.roundTrips()).isLessThan(30);
    }
    assertThat(runs("job-199")).hasSize(1);
  }

  private StringRedisTemplate redis() {
    return store
        .camel()
        .getRegistry()
        .lookupByNameAndType("redis-template", StringRedisTemplate.class);
  }
}
