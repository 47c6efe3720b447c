// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.work;

import io.github.camelcrond.config.Settings;
import io.github.camelcrond.config.SettingsException;
import java.time.Duration;
import java.util.Optional;

/**
 * Where runs run, and which part of it is this process's.
 *
 * @param scheduler whether it has a crontab and a clock
 * @param queued whether runs are asked for through the queue
 * @param worker whether it takes requests from the queue
 * @param base name of the queue for jobs without {@code CRON_QUEUE}
 * @param own what {@code CRON_QUEUE} says in the jobs that it takes
 * @param slots how many it runs at once
 * @param deliveries how often a run is begun whose workers die
 * @param lease after so long without a sign of life a worker counts as dead
 */
public record WorkSettings(
    boolean scheduler,
    boolean queued,
    boolean worker,
    String base,
    Optional<String> own,
    int slots,
    int deliveries,
    Duration lease) {
  private static final int MOST_SLOTS = 500;

  /**
   * What {@code settings} say.
   *
   * @throws SettingsException if the parts do not go together
   */
  public static WorkSettings of(Settings settings) {
    boolean queued = settings.oneOf("crond.run.on", "here", "queue").equals("queue");
    String role = settings.oneOf("crond.role", "all", "scheduler", "worker");
    int slots = settings.number("crond.worker.slots", 1, MOST_SLOTS);
    int deliveries = settings.number("crond.worker.deliveries", 1, 1_000);
    Duration lease =
        settings.duration("crond.worker.lease", Duration.ofSeconds(1), Duration.ofHours(1));
    if (!queued && !role.equals("all")) {
      throw new SettingsException("crond.role = " + role + " needs crond.run.on = queue");
    }
    if (queued && !settings.text("crond.store").equals("redis")) {
      throw new SettingsException(
          "crond.run.on = queue needs crond.store = redis, from which workers read the jobs");
    }
    if (queued && settings.find("crond.rabbitmq.url").isEmpty()) {
      throw new SettingsException("crond.run.on = queue needs crond.rabbitmq.url");
    }
    return new WorkSettings(
        !role.equals("worker"),
        queued,
        queued && !role.equals("scheduler"),
        settings.text("crond.store.prefix") + ".work",
        settings.find("crond.worker.queue"),
        slots,
        deliveries,
        lease);
  }

  /** The queue whose requests it takes. */
  public String queue() {
    return queueOf(own);
  }

  /** The queue for jobs with {@code name} as {@code CRON_QUEUE}. */
  public String queueOf(Optional<String> name) {
    return name.map(n -> base + "." + n).orElse(base);
  }

  /** Where requests end that are given up. */
  public String deadQueue() {
    return base + "-dead";
  }

  /**
   * {@code settings} as they are for this part: a worker has no crontab and as many runs as slots.
   */
  public Settings applied(Settings settings) {
    Settings changed = scheduler ? settings : settings.with("crond.recovery", "off");
    int parallel = settings.number("crond.run.max-parallel", 1, 30_000);
    return worker
        ? changed.with("crond.run.max-parallel", String.valueOf(Math.min(parallel, slots)))
        : changed;
  }
}
