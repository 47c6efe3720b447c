// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.store;

import io.github.camelcrond.config.Settings;
import io.github.camelcrond.log.LogSetup;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Consumer;
import org.apache.camel.spi.Registry;

/**
 * The beans of the routes in {@code routes/internal/store/file} or {@code
 * routes/internal/store/redis}.
 */
final class EndpointBeans implements AutoCloseable {
  private final String store;
  private final Consumer<Duration> stopping;
  private final Runnable closing;

  private EndpointBeans(String store, Consumer<Duration> stopping, Runnable closing) {
    this.store = store;
    this.stopping = stopping;
    this.closing = closing;
  }

  /** Opens the embedded store in {@code folder}. */
  static EndpointBeans file(Registry registry, Settings settings, StoreFolder folder, Clock clock) {
    int runs = historyRuns(settings);
    FileStore store = FileStore.open(folder.file("store.mv"), clock, runs);
    registry.bind("file-store", store);
    return new EndpointBeans(
        folder.file("store.mv").map(Path::toString).orElse("memory"), time -> {}, store::close);
  }

  /** Prepares connections to Redis; none is made yet. */
  static EndpointBeans redis(Registry registry, Settings settings) {
    RedisUrl url = RedisUrl.parse(settings.text("crond.redis.url"));
    if (url.kind() == RedisUrl.Kind.SENTINEL) {
      LogSetup.silence("redis.clients.jedis.JedisSentinelPool");
    }
    String prefix = RedisKeys.prefix(settings);
    RedisKeys keys = new RedisKeys(prefix);
    RedisConnections connections = new RedisConnections(url, keys.format(), settings);
    WrongTypeRepair repair = new WrongTypeRepair(connections.template(), prefix);
    registry.bind("redis-template", connections.template());
    registry.bind("redis-keys", keys);
    registry.bind("wrong-type-repair", repair);
    registry.bind(
        "redis-batch",
        new RedisBatch(
            connections.template(),
            ReplicatedWrites.of(connections.template(), settings),
            keys,
            repair,
            historyRuns(settings)));
    return new EndpointBeans(url.toString(), connections::closeAfter, connections::close);
  }

  private static int historyRuns(Settings settings) {
    return settings.number("crond.history.runs", 1, 10_000);
  }

  /** Names the store in messages, without a password. */
  String store() {
    return store;
  }

  /** Stops the store after at most {@code time}. */
  void stopWithin(Duration time) {
    stopping.accept(time);
  }

  @Override
  public void close() {
    closing.run();
  }
}
