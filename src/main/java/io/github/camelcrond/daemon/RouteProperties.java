// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.daemon;

import io.github.camelcrond.cluster.ClaimBeans;
import io.github.camelcrond.cluster.PlaceBeans;
import io.github.camelcrond.cluster.WorkSettings;
import io.github.camelcrond.config.Durations;
import io.github.camelcrond.config.Settings;
import io.github.camelcrond.crontab.CrontabPaths;
import io.github.camelcrond.store.RedisKeys;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The settings as {@code {{crond.…}}} in the routes, and what the routes need that follows from
 * them.
 */
final class RouteProperties {
  private static final Logger LOG = LoggerFactory.getLogger("crond.daemon");

  /** How often the crontab is checked if its directory reports no changes. */
  private static final Duration UNWATCHED = Duration.ofSeconds(1);

  private RouteProperties() {}

  static Properties of(Settings settings) {
    Properties values = settings.asProperties();
    Duration poll = settings.duration("crond.crontab.poll-period", UNWATCHED, Duration.ofHours(1));
    for (Path folder : CrontabPaths.of(settings).folders()) {
      Optional<String> obstacle = new WatchedDirectory(folder).obstacle();
      if (obstacle.isPresent()) {
        poll = UNWATCHED;
        LOG.atInfo()
            .addKeyValue("directory", folder)
            .addKeyValue("poll-period", Durations.format(poll))
            .addKeyValue("reason", obstacle.get())
            .log("crontab directory is polled, not watched");
      }
    }
    values.setProperty("crond.crontab.poll-period", Durations.format(poll));
    WatchedDirectory routes = new WatchedDirectory(settings.path("crond.routes.dir"));
    values.setProperty("crond.routes.folder", routes.path().toString());
    values.setProperty("crond.routes.watched", String.valueOf(routes.obstacle().isEmpty()));
    values.setProperty("crond.claims.used", String.valueOf(ClaimBeans.wanted(settings)));
    values.setProperty("crond.places.used", String.valueOf(PlaceBeans.wanted(settings)));
    boolean used = settings.usesRabbitMq();
    boolean all = settings.oneOf("crond.rabbitmq.events", "ended", "all").equals("all");
    values.setProperty("crond.rabbitmq.used", String.valueOf(used));
    values.setProperty("crond.rabbitmq.all-events", String.valueOf(used && all));
    values.setProperty("crond.store.prefix", RedisKeys.prefix(settings));
    WorkSettings work = WorkSettings.of(settings);
    values.setProperty("crond.scheduler.used", String.valueOf(work.scheduler()));
    values.setProperty("crond.queue.used", String.valueOf(work.queued() && work.scheduler()));
    values.setProperty("crond.worker.used", String.valueOf(work.worker()));
    values.setProperty("crond.work.queue", work.queue());
    values.setProperty("crond.work.hold-millis", String.valueOf(work.hold().toMillis()));
    values.setProperty("crond.work.renew-millis", String.valueOf(work.lease().toMillis() / 3));
    if (!settings.usesRedis()) {
      // Routes that ask a server have a thread each, as that may keep them waiting.
      values.setProperty("crond.store.threads", "#periodic-threads");
      // Nobody else changes it.
      values.setProperty("crond.store.watch-period", "1m");
    }
    // Until its record is stored, a run keeps the worker's slot.
    values.setProperty("crond.store.gather-millis", work.worker() ? "10" : "1000");
    return values;
  }
}
