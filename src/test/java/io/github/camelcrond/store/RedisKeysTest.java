// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelcrond.config.Settings;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.util.JedisClusterCRC16;

class RedisKeysTest {
  @Test
  void theLastInstantOfAJobThatRunsOnEachHostIsOneOfItsHost() {
    RedisKeys keys = new RedisKeys("crond");
    keys.keepLastByHost("a", "each"::equals);

    assertThat(keys.lastInstantKeys(List.of("each", "one")))
        .containsExactly("crond:last:each@a", "crond:last:one");
  }

  @Test
  void allKeysAreInOneSlotOfACluster(@TempDir Path folder) {
    Settings settings =
        StoreFixture.settings(folder)
            .with("crond.redis.url", "redis-cluster://a,b")
            .with("crond.store.prefix", "team:b");
    assertThat(RedisKeys.prefix(settings)).isEqualTo("team:b");
    RedisKeys keys = new RedisKeys(RedisKeys.prefix(settings.with("crond.store", "redis")));
    assertThat(Stream.of(keys.work(), keys.legacy(), keys.success("a"), keys.last("a:{b}")))
        .allMatch(key -> key.startsWith("{team:b}"))
        .allMatch(
            key -> JedisClusterCRC16.getSlot(key) == JedisClusterCRC16.getSlot(keys.routes()));
  }

  @Test
  void aLastSuccessThatSomebodyElseWroteHidesNoHistory() {
    assertThat(new RedisKeys("crond").addLastSuccess(List.of("{}"), "hello")).containsExactly("{}");
  }
}
