// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelcrond.config.Sha256;
import io.github.camelcrond.daemon.RealDaemon;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

/** A daemon meets what one of a later version has written. */
class UpgradeIT {
  private static final String TEXT = "CRON_NAME=tick\n@every 1s - echo tick\n";

  @TempDir Path folder;

  private RealDaemon daemon(RedisServer server) throws IOException {
    return new RealDaemon(folder)
        .set("crond.store", "redis")
        .set("crond.claims", "redis")
        .set("crond.redis.url", server.url())
        .crontab(TEXT);
  }

  /** Lets a daemon write a store. */
  private static void fill(RealDaemon daemon) throws Exception {
    daemon.start();
    daemon.awaitLogs(2, "job succeeded");
    assertThat(daemon.stop()).isZero();
  }

  @Test
  void readsValuesWithMoreKeysAndKeepsThem() throws Exception {
    try (RedisServer server = RedisServer.start(folder);
        RealDaemon daemon = daemon(server);
        Jedis redis = new Jedis("127.0.0.1", server.port())) {
      fill(daemon);
      redis.set("crond:crontab", later(redis.get("crond:crontab")));
      redis.lset("crond:crontab:versions", 0, redis.get("crond:crontab"));
      for (int i = 0; i < redis.llen("crond:runs:tick"); i++) {
        redis.lset("crond:runs:tick", i, later(redis.lindex("crond:runs:tick", i)));
      }
      redis.set("crond:success:tick", later(redis.get("crond:success:tick")));
      String crontab = redis.get("crond:crontab");
      List<String> runs = redis.lrange("crond:runs:tick", 0, -1);

      Files.delete(daemon.crontab());
      daemon.start();
      daemon.awaitLogs(2, "job succeeded");
      await().until(() -> redis.llen("crond:runs:tick") > runs.size());
      assertThat(daemon.stop()).isZero();
      assertThat(redis.get("crond:crontab")).isEqualTo(crontab);
      assertThat(redis.lrange("crond:crontab:versions", 0, -1)).containsExactly(crontab);
      assertThat(redis.lrange("crond:runs:tick", 0, -1)).containsAll(runs);
      assertThat(daemon.log("WARN")).isEmpty();

      redis.del("crond:crontab", "crond:crontab:versions");
      redis.hset("crond:routes", "tick", laterJob(redis.hget("crond:routes", "tick")));
      Files.delete(daemon.crontab());
      daemon.start();
      daemon.awaitLog("crontab restored", "stored route set");
      daemon.awaitLog("job succeeded", "job=tick");
      assertThat(daemon.stop()).isZero();
    }
  }

  private static String later(String json) {
    return json.replaceFirst("\\{", "{\"later\":{\"a\":[1]},");
  }

  private static String laterJob(String json) {
    String rest = later(json).replaceFirst(",\"digest\":\"[^\"]*\"}$", "}");
    return rest.substring(0, rest.length() - 1) + ",\"digest\":\"" + Sha256.shortHex(rest) + "\"}";
  }

  @Test
  void refusesALaterFormatInRedisAndWritesNothing() throws Exception {
    try (RedisServer server = RedisServer.start(folder);
        RealDaemon daemon = daemon(server);
        Jedis redis = new Jedis("127.0.0.1", server.port())) {
      fill(daemon);
      assertThat(redis.get("crond:format")).isEqualTo("1");
      redis.set("crond:format", "2");
      Map<String, String> before = values(redis);

      assertThat(daemon.start().exitCode()).isEqualTo(1);
      assertThat(daemon.log("camel-crond: "))
          .containsExactly(
              "camel-crond: "
                  + server.url()
                  + "/0 (crond:format) has format 2 of a later version, this one reads 1: run that"
                  + " version, or set another crond.store.prefix");
      assertThat(daemon.log("job started")).isEmpty();
      assertThat(values(redis)).isEqualTo(before);

      assertThat(daemon.start("restore", "1", "--yes").exitCode()).isEqualTo(1);
      assertThat(daemon.log("has format 2 of a later version")).hasSize(1);
      assertThat(values(redis)).isEqualTo(before);
    }
  }

  private static Map<String, String> values(Jedis redis) {
    Map<String, String> values = new TreeMap<>();
    redis.keys("*").forEach(key -> values.put(key, Arrays.toString(redis.dump(key))));
    return values;
  }

  @Test
  void refusesALaterFormatOnDiskAndMovesNoFileAside() throws Exception {
    try (RealDaemon daemon = new RealDaemon(folder).crontab(TEXT)) {
      fill(daemon);
      Path store = folder.resolve("store");
      assertThat(store.resolve("format")).hasContent("1");
      Files.writeString(store.resolve("format"), "2\n");
      Files.writeString(store.resolve("store.mv"), "in another format");
      Map<String, String> before = files(store);

      assertThat(daemon.start().exitCode()).isEqualTo(1);
      assertThat(daemon.log("camel-crond: "))
          .containsExactly(
              "camel-crond: store directory "
                  + store
                  + " has format 2 of a later version, this one reads 1: run that version, or set"
                  + " crond.store.dir to another directory");
      assertThat(files(store)).isEqualTo(before);
    }
  }

  private static Map<String, String> files(Path folder) throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> all = Files.list(folder)) {
      for (Path file : all.toList()) {
        files.put(file.toString(), Files.readString(file, StandardCharsets.ISO_8859_1));
      }
    }
    return files;
  }
}
