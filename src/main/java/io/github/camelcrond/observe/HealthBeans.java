// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.observe;

import io.github.camelcrond.cluster.Claims;
import io.github.camelcrond.cluster.WorkSettings;
import io.github.camelcrond.config.CheckResult;
import io.github.camelcrond.config.Settings;
import io.github.camelcrond.config.SettingsException;
import io.github.camelcrond.crontab.CrontabFiles;
import io.github.camelcrond.job.CrontabLoad;
import io.github.camelcrond.job.JobTable;
import io.github.camelcrond.log.LogSetup;
import io.github.camelcrond.observe.DaemonCheck.Probe;
import io.github.camelcrond.rabbitmq.Consumers;
import io.github.camelcrond.routes.RouteReload;
import io.github.camelcrond.run.RunHistory;
import io.github.camelcrond.spool.Spool;
import io.github.camelcrond.store.CrontabRecovery;
import io.github.camelcrond.store.StoreHealth;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.camel.CamelContext;
import org.apache.camel.health.HealthCheckRegistry;
import org.apache.camel.spi.Registry;

/** Puts the daemon's checks into Camel's health registry. */
public final class HealthBeans {
  private static final int MOST_FAILURES = 1_000;

  private HealthBeans() {}

  /** Registers the checks, and binds the beans by which routes update them. */
  public static void bind(Settings settings, Clock clock, CamelContext context) {
    Registry registry = context.getRegistry();
    SchedulerTick tick = new SchedulerTick(clock);
    registry.bind("scheduler-tick", tick);
    CrontabChecks crontab =
        new CrontabChecks(
            registry.lookupByNameAndType("crontab-load", CrontabLoad.class),
            registry.lookupByNameAndType("crontab-file", CrontabFiles.class),
            registry.lookupByNameAndType("crontab-recovery", CrontabRecovery.class),
            context);
    JobChecks jobs =
        new JobChecks(
            registry.lookupByNameAndType("job-table", JobTable.class),
            registry.lookupByNameAndType("run-history", RunHistory.class),
            failures(settings),
            clock);
    StoreHealth store = registry.lookupByNameAndType("store-health", StoreHealth.class);
    Spool spool = registry.lookupByNameAndType("spool", Spool.class);
    HealthCheckRegistry checks = HealthCheckRegistry.get(context);
    checks.setExposureLevel("full");
    checks.register(new DaemonCheck("scheduler", Set.of(Probe.LIVE), tick::check));
    boolean scheduler = WorkSettings.of(settings).scheduler();
    checks.register(
        new DaemonCheck(
            "crontab",
            Set.of(Probe.READY),
            scheduler ? crontab::crontab : () -> CheckResult.up("a worker has no crontab")));
    RouteReload files = registry.lookupByNameAndType("route-files", RouteReload.class);
    checks.register(
        new DaemonCheck("routes-up", Set.of(Probe.READY), () -> crontab.routes(files::isWaiting)));
    checks.register(new DaemonCheck("store", Set.of(), () -> store(store.status())));
    checks.register(new DaemonCheck("route-files", Set.of(), () -> routeFiles(files)));
    checks.register(new DaemonCheck("spool", Set.of(), () -> spool(spool)));
    checks.register(new DaemonCheck("log", Set.of(), HealthBeans::log));
    registry.findByTypeWithName(Consumers.class).values().stream()
        .map(consumers -> new DaemonCheck("consumers", Set.of(), consumers::check))
        .forEach(checks::register);
    checks.register(new DaemonCheck("jobs", Set.of(), jobs::check));
    boolean skips = settings.oneOf("crond.claims.on-failure", "skip", "run").equals("skip");
    registry.findByTypeWithName(Claims.class).values().stream()
        .map(claims -> new DaemonCheck("claims", Set.of(), () -> claims(claims, skips)))
        .forEach(checks::register);
  }

  /** Jobs run without the store and changes stay pending: reported, but the check stays UP. */
  private static CheckResult store(StoreHealth.Status status) {
    return CheckResult.up(status.up() ? "responding" : "down since " + status.since());
  }

  /**
   * Down while a file that was rejected at the start is not in force. A rejected edit, and a route
   * that waits for its broker or server, are only reported.
   */
  private static CheckResult routeFiles(RouteReload files) {
    List<String> found = new ArrayList<>();
    files.problems().forEach(p -> found.add("rejected: " + p));
    files.waiting().forEach(w -> found.add("not started yet: " + w));
    if (found.isEmpty()) {
      return CheckResult.up(files.changing() ? "loading" : "all loaded");
    }
    String message = String.join("; ", found);
    return files.incomplete() ? CheckResult.down(message) : CheckResult.up(message);
  }

  private static CheckResult spool(Spool spool) {
    String message = spool.waiting() + " messages queued, " + spool.dropped() + " dropped";
    return CheckResult.up(spool.isBrokerDown() ? "broker down, " + message : message);
  }

  /** Jobs run all the same. */
  private static CheckResult log() {
    String message = LogSetup.dropped() + " lines dropped";
    return CheckResult.up(LogSetup.isStalled() ? "nobody reads it, " + message : message);
  }

  /** Down while firings are skipped because they cannot be claimed. */
  private static CheckResult claims(Claims claims, boolean skips) {
    String message = claims.claimed() + " claimed, " + claims.failed() + " not claimed";
    return claims.failing() && skips
        ? CheckResult.down(message + ", Redis does not respond")
        : CheckResult.up(message);
  }

  /**
   * The number of consecutive failures of a job at which health is DOWN; empty for no limit.
   *
   * @throws SettingsException if {@code crond.health.failures} is not a number from 1 to 1000
   */
  public static Optional<Integer> failures(Settings settings) {
    return settings
        .find("crond.health.failures")
        .map(text -> settings.number("crond.health.failures", 1, MOST_FAILURES));
  }
}
