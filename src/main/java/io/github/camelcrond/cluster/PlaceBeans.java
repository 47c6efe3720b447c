// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cluster;

import io.github.camelcrond.config.Settings;
import io.github.camelcrond.run.Runs;
import io.github.camelcrond.store.HostName;
import io.github.camelcrond.store.RedisKeys;
import io.github.camelcrond.store.ReplicatedWrites;
import io.github.camelcrond.store.StoreHealth;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import org.apache.camel.spi.Registry;
import org.springframework.data.redis.core.StringRedisTemplate;

/** The step at which runs take their places in the cluster. */
public final class PlaceBeans {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private PlaceBeans() {}

  /** Whether runs of this daemon need places: it is one of several replicas, or a worker. */
  public static boolean wanted(Settings settings) {
    return ClaimBeans.wanted(settings) || WorkSettings.of(settings).worker();
  }

  /** Prefix of the keys of places. */
  static String name(Settings settings) {
    return RedisKeys.prefix(settings) + ":places";
  }

  /**
   * Binds {@code take-places} if {@code settings} want it; requires the beans of the store.
   *
   * @param executor continues runs that had to wait
   * @param thread of the periodic task, which may wait for Redis
   */
  public static Optional<Places> bind(
      Registry registry,
      Settings settings,
      Runs runs,
      Clock clock,
      Executor executor,
      ScheduledExecutorService thread) {
    Duration lease = settings.duration("crond.claims.lease", SECOND, Duration.ofHours(1));
    if (!wanted(settings)) {
      return Optional.empty();
    }
    StringRedisTemplate redis =
        registry.lookupByNameAndType("redis-template", StringRedisTemplate.class);
    PlaceScripts scripts =
        new PlaceScripts(
            redis,
            ReplicatedWrites.of(redis, settings),
            name(settings),
            HostName.of(settings) + " " + UUID.randomUUID(),
            lease);
    PlaceWatch watch =
        new PlaceWatch(
            scripts,
            lease,
            settings.duration("crond.run.misfire-grace", SECOND, Duration.ofDays(1)),
            System::nanoTime,
            thread,
            registry.lookupByNameAndType("store-health", StoreHealth.class)::noteFailure);
    Places places =
        new Places(scripts, runs, clock, executor, ClaimBeans.skippedWithoutRedis(settings), watch);
    watch.watch(places);
    registry.bind("take-places", places);
    return Optional.of(places);
  }
}
