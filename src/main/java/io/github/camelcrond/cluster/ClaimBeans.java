// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cluster;

import io.github.camelcrond.config.Settings;
import io.github.camelcrond.config.SettingsException;
import io.github.camelcrond.crontab.Policies;
import io.github.camelcrond.crontab.Policies.OnStoreDown;
import io.github.camelcrond.run.Run;
import io.github.camelcrond.run.RunFact;
import io.github.camelcrond.store.HostName;
import io.github.camelcrond.store.RedisKeys;
import io.github.camelcrond.store.ReplicatedWrites;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.camel.spi.Registry;
import org.springframework.data.redis.core.StringRedisTemplate;

/** The beans that the routes of replicas name. */
public final class ClaimBeans {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private ClaimBeans() {}

  /** Whether {@code settings} ask for claims, which schedulers with a queue always need. */
  public static boolean wanted(Settings settings) {
    WorkSettings work = WorkSettings.of(settings);
    boolean asked = settings.oneOf("crond.claims", "off", "redis").equals("redis");
    return work.scheduler() && (asked || work.queued());
  }

  /** Which runs are skipped if Redis does not respond; the others run. */
  static Predicate<Run> skippedWithoutRedis(Settings settings) {
    boolean run = settings.oneOf("crond.claims.on-failure", "skip", "run").equals("run");
    OnStoreDown standard = run ? OnStoreDown.RUN : OnStoreDown.SKIP;
    return r -> onStoreDown(r.job().policies(), standard) == OnStoreDown.SKIP;
  }

  private static OnStoreDown onStoreDown(Policies policies, OnStoreDown standard) {
    // Of a job that runs on each host, no other has the firing.
    return policies.onStoreDown().orElse(policies.onEach() ? OnStoreDown.RUN : standard);
  }

  /**
   * Binds {@code claims} if {@code settings} enable them; requires the beans of the store.
   *
   * @throws SettingsException if the store is not Redis
   */
  public static Optional<Claims> bind(Registry registry, Settings settings) {
    Predicate<Run> skipped = skippedWithoutRedis(settings);
    if (!wanted(settings)) {
      return Optional.empty();
    }
    if (!settings.usesRedis()) {
      throw new SettingsException(
          "crond.claims = redis requires crond.store = redis, shared by all replicas");
    }
    StringRedisTemplate redis =
        registry.lookupByNameAndType("redis-template", StringRedisTemplate.class);
    String host = HostName.of(settings);
    Claims claims =
        new Claims(
            redis,
            RedisKeys.prefix(settings) + ":claims",
            host,
            host + "-" + ProcessHandle.current().pid(),
            settings.duration("crond.run.misfire-grace", SECOND, Duration.ofDays(1)),
            settings.redisTimeout().dividedBy(2),
            ReplicatedWrites.of(redis, settings),
            System::nanoTime);
    registry.bind("claims", claims);
    registry.bind("run-is-skipped-unclaimed", RunFact.ofRun(skipped::test));
    return Optional.of(claims);
  }
}
