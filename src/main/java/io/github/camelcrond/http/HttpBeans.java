// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.http;

import io.github.camelcrond.cluster.Peers;
import io.github.camelcrond.cluster.WorkSettings;
import io.github.camelcrond.config.Settings;
import io.github.camelcrond.crontab.CrontabFiles;
import io.github.camelcrond.crontab.CrontabReader;
import io.github.camelcrond.job.CrontabLoad;
import io.github.camelcrond.job.JobTable;
import io.github.camelcrond.job.PausedJobs;
import io.github.camelcrond.run.RunHistory;
import io.github.camelcrond.run.Runs;
import io.github.camelcrond.store.HostName;
import io.github.camelcrond.store.StoreFolder;
import io.github.camelcrond.store.WritableCrontab;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.camel.AggregationStrategy;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.Registry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Creates the beans for the HTTP routes. */
public final class HttpBeans {
  private static final Logger LOG = LoggerFactory.getLogger("crond.http");

  private static final String TOKEN = "http-token";

  private final Settings settings;
  private final Clock clock;
  private final Registry registry;

  private HttpBeans(Settings settings, Clock clock, Registry registry) {
    this.settings = settings;
    this.clock = clock;
    this.registry = registry;
  }

  /** Whether the HTTP server is enabled. */
  public static boolean wanted(Settings settings) {
    return settings.flag("crond.http.enabled");
  }

  /** The file that holds the generated token if {@code crond.http.token} is not set. */
  public static Path tokenFile(Settings settings) {
    return settings.storeDir().resolve(TOKEN);
  }

  /** Binds the beans that the routes in {@code routes/internal/http} name. */
  static void bind(Settings settings, Clock clock, CamelContext context) {
    HttpBeans beans = new HttpBeans(settings, clock, context.getRegistry());
    beans.registry.bind("http-token", beans.token());
    beans.bindApi();
  }

  private HttpToken token() {
    Optional<String> set = settings.find("crond.http.token");
    if (set.isPresent()) {
      return new HttpToken(set.get());
    }
    try {
      Optional<Path> file = bean("store-folder", StoreFolder.class).file(TOKEN);
      if (file.isPresent()) {
        return HttpToken.in(file.get());
      }
    } catch (IOException e) {
      LOG.atWarn()
          .addKeyValue("reason", e.toString())
          .log("cannot save the HTTP token, set crond.http.token to use the API");
    }
    return HttpToken.random();
  }

  private void bindApi() {
    Runs runs = bean("runs", Runs.class);
    JobTable jobs = bean("job-table", JobTable.class);
    RunHistory history = bean("run-history", RunHistory.class);
    PausedJobs pauses = bean("paused-jobs", PausedJobs.class);
    CrontabLoad load = bean("crontab-load", CrontabLoad.class);
    JobViews views = new JobViews(jobs, runs, history, pauses, clock);
    Instant begin = clock.instant();
    Supplier<JobsApi.JobsVersion> version =
        () ->
            new JobsApi.JobsVersion(
                history.revision(), Objects.hash(begin, pauses.all(), load.loads()));
    registry.bind("api-jobs", new JobsApi(jobs, runs, pauses, views, version, clock));
    registry.bind(
        "api-runs",
        new RunsApi(
            runs, jobs, history, peers(registry), WorkSettings.of(settings).queued(), clock));
    registry.bind("api-problems", new ApiProblems());
    registry.bind("api-run-found", AggregationStrategy.class, (AggregationStrategy) RunsApi::found);
    registry.bind("dashboard", new Dashboard());
    WritableCrontab files = bean("writable-crontab", WritableCrontab.class);
    registry.bind(
        "api-crontab",
        new CrontabApi(
            files,
            bean("crontab-reader", CrontabReader.class),
            load,
            bean("crontab-file", CrontabFiles.class),
            HostName.of(settings),
            clock));
  }

  /** The other daemons, if there may be any. */
  static Optional<Peers> peers(Registry registry) {
    return Optional.ofNullable(registry.lookupByNameAndType("peers", Peers.class));
  }

  private <T> T bean(String name, Class<T> type) {
    return registry.lookupByNameAndType(name, type);
  }
}
