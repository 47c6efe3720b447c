// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelcrond.config.Settings;
import io.github.camelcrond.config.SettingsLoader;
import io.github.camelcrond.crontab.CrontabFiles;
import io.github.camelcrond.crontab.CrontabPaths;
import io.github.camelcrond.crontab.CrontabReader;
import io.github.camelcrond.crontab.ReaderOptions;
import io.github.camelcrond.job.PausedJobs;
import io.github.camelcrond.run.RunEnd;
import io.github.camelcrond.run.RunJournal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Endpoint;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.seda.SedaEndpoint;
import org.apache.camel.impl.DefaultCamelContext;
import org.springframework.data.redis.core.StringRedisTemplate;

/** A daemon's store half: its route files, beans and folder, with a crontab that is not loaded. */
final class StoreFixture implements AutoCloseable {
  final Path crontab;
  final AtomicInteger loads = new AtomicInteger();

  /** The last instants of job a, as they were each time that missed firings were asked for. */
  final List<Map<?, ?>> last = new CopyOnWriteArrayList<>();

  /** The ends that were published, by CRON_OUTPUT. */
  final List<Map.Entry<String, RunEnd>> published = new CopyOnWriteArrayList<>();

  final Settings settings;
  private final StoreContext context;

  private StoreFixture(Settings settings) {
    this.settings = settings;
    this.crontab = CrontabPaths.of(settings).main();
    crontab.getParent().toFile().mkdirs();
    Path routes = Path.of("routes");
    DefaultCamelContext camel = StoreContext.context(settings);
    camel.getCamelContextExtension().registerEndpointCallback(StoreFixture::hurry);
    StoreBeans beans = StoreBeans.bind(camel.getRegistry(), settings, Clock.systemUTC());
    camel.getRegistry().bind("runs", new Unpublished());
    camel.getRegistry().bind("paused-jobs", new PausedJobs());
    camel
        .getRegistry()
        .bind(
            "periodic-threads",
            camel.getExecutorServiceManager().newDefaultScheduledThreadPool(this, "periodic"));
    camel
        .getRegistry()
        .bind(
            "crontab-file",
            new CrontabFiles(
                CrontabPaths.of(settings), Duration.ZERO, Clock.systemUTC(), changed -> {}));
    standInForTheRest(camel);
    context =
        StoreContext.start(
            camel,
            beans,
            List.of(
                routes.resolve("errors.camel.yaml"),
                routes.resolve("internal/caller-handles-errors.camel.yaml"),
                routes.resolve("internal/store-errors.camel.yaml"),
                routes.resolve("internal/store-write.camel.yaml"),
                routes.resolve("job-pause.camel.yaml"),
                routes.resolve("internal/job-pauses.camel.yaml"),
                routes.resolve("internal/crontab-recover.camel.yaml"),
                routes.resolve("internal/store/" + settings.text("crond.store"))));
  }

  /** Stands for the runs where an end could not be published. */
  public static final class Unpublished {
    private Unpublished() {}

    /** Returns at once. */
    public void gatherEnds(long millis) {
      assertThat(millis).isNotNegative();
    }

    /** Fails. */
    public void reportUnpublished(RunEnd end, Exception cause) {
      throw new AssertionError(end.run(), cause);
    }
  }

  /** Lets queues see within a moment that they are to end, not within a second. */
  private static Endpoint hurry(String uri, Endpoint endpoint) {
    if (endpoint instanceof SedaEndpoint queue) {
      queue.setPollTimeout(20);
    }
    return endpoint;
  }

  private void standInForTheRest(DefaultCamelContext camel) {
    try {
      camel.addRoutes(
          new RouteBuilder() {
            @Override
            public void configure() {
              from("direct:crontab-load-request").process(exchange -> loads.incrementAndGet());
              from("direct:job-catch-up")
                  .errorHandler(noErrorHandler())
                  .setBody(exchange -> List.of("a"))
                  .to("direct:store-last-read")
                  .process(exchange -> last.add(exchange.getMessage().getBody(Map.class)));
              from("direct:run-publish")
                  .process(
                      exchange ->
                          published.add(
                              Map.entry(
                                  exchange.getVariable("cron-output", String.class),
                                  exchange.getVariable("end", RunEnd.class))));
            }
          });
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  static Settings settings(Path folder) {
    return SettingsLoader.load(Map.of(), new Properties())
        .with("crond.store.dir", folder.resolve("store").toString())
        .with("crond.crontab.file", folder.resolve("crontab").toString())
        .with("crond.redis.timeout", "500ms")
        .with("crond.store.gather-millis", "100")
        .with("crond.worker.used", "false")
        .with("crond.store.watch-period", "1s");
  }

  static Settings settings(Path folder, RedisServer server) {
    return settings(folder).with("crond.store", "redis").with("crond.redis.url", server.url());
  }

  static StoreFixture start(Settings settings) {
    return new StoreFixture(settings);
  }

  StoreContext store() {
    return context;
  }

  <T> T bean(String name, Class<T> type) {
    return context.camel().getRegistry().lookupByNameAndType(name, type);
  }

  StoreHealth health() {
    return bean("store-health", StoreHealth.class);
  }

  StringRedisTemplate redis() {
    return bean("redis-template", StringRedisTemplate.class);
  }

  /** As the daemon does when a run has ended and is published. */
  void end(RunEnd end) {
    RunJournal journal = bean("run-journal", RunJournal.class);
    journal.ended(end, Optional.empty());
    journal.notePublished(end.run());
    context.send("store-runs-request", "");
  }

  /** As the daemon does when a crontab has been written and come in force. */
  void save(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    try {
      Files.write(crontab, bytes);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    context
        .camel()
        .createFluentProducerTemplate()
        .to("direct:crontab-save")
        .withVariable("text", bytes)
        .withVariable(
            "crontab",
            new CrontabReader(ReaderOptions.of(ZoneOffset.UTC), Clock.systemUTC()).read(bytes))
        .send();
  }

  boolean idle() {
    return !health().status().up() || context.camel().getInflightRepository().size() == 0;
  }

  /** What the recovery leaves in the body. */
  byte[] recover() {
    return context.request("crontab-recover", "", byte[].class);
  }

  String file() {
    try {
      return Files.readString(crontab);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  String stored() {
    String json = context.request("store-crontab-read", "", String.class);
    return json == null ? "" : SavedCrontab.parse(json).orElseThrow().text();
  }

  int runs(String job) {
    return context.runs(job).size();
  }

  @Override
  public void close() {
    // Camel looks once a second whether work is done; a test cannot wait that long.
    try {
      await().atMost(Duration.ofSeconds(3)).pollInterval(Duration.ofMillis(5)).until(this::idle);
    } finally {
      context.close();
    }
  }
}
