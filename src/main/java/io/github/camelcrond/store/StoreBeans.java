// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.store;

import io.github.camelcrond.config.Settings;
import io.github.camelcrond.config.SettingsException;
import io.github.camelcrond.crontab.CrontabFormat;
import io.github.camelcrond.crontab.CrontabPaths;
import io.github.camelcrond.crontab.EndpointRule;
import io.github.camelcrond.disk.RecordLog;
import io.github.camelcrond.run.RunJournal;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.camel.Predicate;
import org.apache.camel.ServiceStatus;
import org.apache.camel.spi.Registry;
import org.springframework.data.redis.core.StringRedisTemplate;

/** The beans of the routes for store, recovery and journal. */
public final class StoreBeans implements AutoCloseable {
  private static final int MAX_OUTPUT = 1 << 20;
  private static final int JOURNAL_SEGMENT = 1 << 20;
  private static final Duration ASKED = Duration.ofMillis(500);

  private final Deque<AutoCloseable> open = new ArrayDeque<>();

  private EndpointBeans endpoints;
  private CompletableFuture<?> asked = CompletableFuture.completedFuture("");

  private StoreBeans() {}

  /**
   * Makes the daemon's beans and binds them by their names.
   *
   * @throws StoreException if another process uses the store directory
   */
  public static StoreBeans bind(Registry registry, Settings settings, Clock clock) {
    StoreBeans beans = new StoreBeans();
    try {
      beans.bindAll(registry, settings, clock);
      return beans;
    } catch (RuntimeException e) {
      beans.close();
      throw e;
    }
  }

  /** Makes and binds only the beans of the store's own endpoints: no journal, no recovery. */
  static StoreBeans bindEndpoints(Registry registry, Settings settings, Clock clock) {
    StoreBeans beans = new StoreBeans();
    try {
      if (settings.usesRedis()) {
        beans.endpoints = beans.closing(EndpointBeans.redis(registry, settings));
      } else {
        StoreFolder folder = beans.closing(StoreFolder.open(settings.storeDir()));
        beans.endpoints = beans.closing(EndpointBeans.file(registry, settings, folder, clock));
      }
      return beans;
    } catch (RuntimeException e) {
      beans.close();
      throw e;
    }
  }

  private void bindAll(Registry registry, Settings settings, Clock clock) {
    StoreFolder folder = closing(StoreFolder.open(settings.storeDir()));
    RunJournal journal = journal(folder, settings, clock);
    endpoints =
        closing(
            settings.usesRedis()
                ? EndpointBeans.redis(registry, settings)
                : EndpointBeans.file(registry, settings, folder, clock));
    if (settings.usesRedis()) {
      StringRedisTemplate redis =
          registry.lookupByNameAndType("redis-template", StringRedisTemplate.class);
      RedisKeys keys = registry.lookupByNameAndType("redis-keys", RedisKeys.class);
      asked = CompletableFuture.supplyAsync(() -> redis.hasKey(keys.format()));
    }
    PendingCrontab pending = new PendingCrontab(clock, HostName.of(settings));
    registry.bind("store-folder", folder);
    registry.bind("run-journal", journal);
    registry.bind("pending-crontab", pending);
    registry.bind(
        "not-stopping", (Predicate) e -> e.getContext().getStatus() != ServiceStatus.Stopping);
    registry.bind(
        "store-health", new StoreHealth(endpoints.store(), settings.redisTimeout(), clock));
    bindRecovery(registry, settings, pending);
  }

  private RunJournal journal(StoreFolder folder, Settings settings, Clock clock) {
    int output = (int) settings.bytes("crond.history.output-limit", 0, MAX_OUTPUT);
    RecordLog log = folder.log("journal", JOURNAL_SEGMENT, clock);
    return closing(new RunJournal(log, HostName.of(settings), clock, output));
  }

  private static void bindRecovery(Registry registry, Settings settings, PendingCrontab pending) {
    String mode = settings.oneOf("crond.recovery", "auto", "store", "off");
    WritableCrontab files = new WritableCrontab(CrontabPaths.of(settings));
    registry.bind("writable-crontab", files);
    registry.bind(
        "crontab-recovery",
        new CrontabRecovery(
            CrontabRecovery.Mode.valueOf(mode.toUpperCase(Locale.ROOT)),
            files,
            CrontabFormat.of(settings),
            EndpointRule.of(settings),
            pending));
  }

  private <T extends AutoCloseable> T closing(T bean) {
    open.push(bean);
    return bean;
  }

  /**
   * Waits a moment for Redis to respond; without a response it counts as down.
   *
   * @throws SettingsException if a later version has written to it
   */
  public void requireFormat() {
    try {
      asked.get(ASKED.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof SettingsException refused) {
        throw refused;
      }
    } catch (TimeoutException e) {
      // The daemon does not wait for a store.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Names the store in messages, without a password. */
  String store() {
    return endpoints.store();
  }

  /**
   * Gives Redis at most {@code time} to answer while the daemon stops; what is not written by then
   * is in the run journal and in the crontab.
   */
  public void stopWithin(Duration time) {
    endpoints.stopWithin(time);
  }

  /** Closes all files and connections, the last opened first, even if one cannot be closed. */
  @Override
  public void close() {
    Optional<StoreException> failure = Optional.empty();
    while (!open.isEmpty()) {
      try {
        open.pop().close();
      } catch (Exception e) {
        failure = failure.or(() -> Optional.of(new StoreException("cannot close the store", e)));
      }
    }
    if (failure.isPresent()) {
      throw failure.get();
    }
  }
}
