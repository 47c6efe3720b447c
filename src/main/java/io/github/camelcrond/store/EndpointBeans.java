// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.store;

import io.github.camelcrond.config.Settings;
import io.github.camelcrond.config.SettingsException;
import io.github.camelcrond.config.Tls;
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

  /** Whether {@code settings} name Redis rather than the embedded store. */
  static boolean isRedis(Settings settings) {
    return settings.oneOf("crond.store", "file", "redis").equals("redis");
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
    if (url.master().isPresent()) {
      LogSetup.silence("redis.clients.jedis.JedisSentinelPool");
    }
    RedisConnections connections =
        new RedisConnections(
            url,
            settings.redisTimeout(),
            () -> Tls.context(settings, "crond.redis").getSocketFactory());
    String prefix = prefix(settings);
    RedisKeys keys = new RedisKeys(prefix);
    WrongTypeRepair aside = new WrongTypeRepair(connections.template(), prefix);
    String writer = HostName.get() + "-" + ProcessHandle.current().pid();
    registry.bind("redis-template", connections.template());
    registry.bind("redis-keys", keys);
    registry.bind("wrong-type-repair", aside);
    registry.bind(
        "redis-batch",
        new RedisBatch(connections.template(), keys, aside, historyRuns(settings), writer));
    return new EndpointBeans(url.toString(), connections::closeAfter, connections::close);
  }

  private static String prefix(Settings settings) {
    String prefix = settings.text("crond.store.prefix");
    if (!prefix.matches("[A-Za-z0-9._:-]{1,64}")) {
      throw new SettingsException(
          "crond.store.prefix = " + prefix + " is not allowed, use letters, digits and . _ : -");
    }
    return prefix;
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
