// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cluster;

import io.github.camelcrond.config.Settings;
import io.github.camelcrond.config.SettingsException;
import java.time.Duration;
import java.util.Optional;

/**
 * Where runs are executed, and the role of this process in that.
 *
 * @param scheduler whether this process fires the crontab
 * @param queued whether runs are requested through the queue
 * @param worker whether this process executes requests from the queue
 * @param base name of the queue for jobs without {@code CRON_QUEUE}
 * @param own {@code CRON_QUEUE} of the jobs that this worker executes
 * @param slots the number of runs that a worker executes at once
 * @param deliveries the maximum number of starts of a run whose workers die
 * @param lease how long a lease lasts without renewal; then its worker counts as dead
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
   * Reads {@code settings}.
   *
   * @throws SettingsException if settings contradict each other
   */
  public static WorkSettings of(Settings settings) {
    boolean queued = settings.oneOf("crond.run.mode", "local", "queue").equals("queue");
    String role = settings.oneOf("crond.role", "all", "scheduler", "worker");
    int slots = settings.number("crond.worker.slots", 1, MOST_SLOTS);
    int deliveries = settings.number("crond.worker.max-deliveries", 1, 1_000);
    Duration lease =
        settings.duration("crond.worker.lease", Duration.ofSeconds(1), Duration.ofHours(1));
    if (!queued && !role.equals("all")) {
      throw new SettingsException("crond.role = " + role + " requires crond.run.mode = queue");
    }
    if (queued && !settings.usesRedis()) {
      throw new SettingsException(
          "crond.run.mode = queue requires crond.store = redis, workers read the jobs from there");
    }
    if (queued && !settings.usesRabbitMq()) {
      throw new SettingsException("crond.run.mode = queue requires crond.rabbitmq.url");
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

  /**
   * How long a worker keeps a request that others should get before it returns it. The broker may
   * deliver it to each slot of this worker before it delivers it to another one.
   */
  public Duration hold() {
    return Duration.ofMillis(Math.max(10, Math.min(200, 4_000 / slots)));
  }

  /** The queue that this worker consumes. */
  public String queue() {
    return queueOf(own);
  }

  /** The queue for jobs with {@code name} as {@code CRON_QUEUE}. */
  public String queueOf(Optional<String> name) {
    return name.map(n -> base + "." + n).orElse(base);
  }

  /** The endpoint that sends to {@code queue}. */
  public static String endpoint(String queue) {
    return "rabbitmq:default?routingKey=" + queue;
  }

  /** The queue for dead letters: requests that no worker will execute. */
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
