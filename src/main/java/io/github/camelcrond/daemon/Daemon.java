// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.daemon;

import io.github.camelcrond.camel.CronContext;
import io.github.camelcrond.cluster.WorkSettings;
import io.github.camelcrond.config.Durations;
import io.github.camelcrond.config.Settings;
import io.github.camelcrond.config.SettingsException;
import io.github.camelcrond.config.SettingsLoader;
import io.github.camelcrond.config.SystemZone;
import io.github.camelcrond.http.HttpBeans;
import io.github.camelcrond.http.HttpStart;
import io.github.camelcrond.log.LogSetup;
import io.github.camelcrond.routes.RouteFileException;
import io.github.camelcrond.routes.RouteReload;
import io.github.camelcrond.run.Run;
import io.github.camelcrond.run.RunEnd;
import io.github.camelcrond.run.RunListener;
import io.github.camelcrond.run.Runs;
import io.github.camelcrond.store.StoreException;
import io.github.camelcrond.trigger.CronRoutes;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.apache.camel.CamelContext;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.component.properties.PropertiesComponent;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.Main;
import org.apache.camel.main.MainListenerSupport;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The process that watches a crontab and runs its jobs: camel-main with our beans and the routes of
 * the route files.
 */
public final class Daemon {
  private static final Logger LOG = LoggerFactory.getLogger("crond.daemon");

  /** How long to wait for the last run's record and message. */
  private static final Duration SETTLED = Duration.ofSeconds(1);

  /** How long to wait for Camel to stop. */
  private static final Duration STOPPED = Duration.ofSeconds(10);

  private static final long LOOK_MILLIS = 10;

  /** Maximum duration of the shutdown after the jobs have ended. */
  private static final Duration STUCK = Duration.ofSeconds(30);

  private final Settings settings;
  private final Main main =
      new Main() {
        @Override
        protected CamelContext createCamelContext() {
          return new CronContext(registry);
        }
      };
  private final Clock clock;
  private volatile Beans beans;
  private Optional<HttpStart> http = Optional.empty();
  private volatile Optional<ProducerTemplate> messages = Optional.empty();
  private final CountDownLatch stopRequested = new CountDownLatch(1);
  private final AtomicReference<String> failure = new AtomicReference<>("");

  /** A daemon with {@code settings}; nothing starts before {@link #start}. */
  public Daemon(Settings settings, Clock clock) {
    this.settings = WorkSettings.of(settings).applied(settings);
    this.clock = clock;
  }

  /**
   * Starts; on return, the first load of the crontab has begun.
   *
   * @throws Exception if a setting is invalid, or a route file without which no job runs
   */
  public void start() throws Exception {
    settings.warnings().forEach(LOG::warn);
    settings
        .temporaryStoreDir()
        .ifPresent(
            folder ->
                LOG.atWarn()
                    .addKeyValue("directory", folder)
                    .log(
                        "the user has no home directory, the state is kept in a temporary one; set"
                            + " crond.store.dir to keep it"));
    http = HttpBeans.wanted(settings) ? Optional.of(HttpStart.begin(settings)) : Optional.empty();

    if ("root".equals(System.getProperty("user.name"))) {
      WritableByOthers.of(settings).forEach(LOG::warn);
    }
    Properties values = RouteProperties.of(settings);
    main.setDefaultPropertyPlaceholderLocation("file:" + settings.file() + ";optional=true");
    main.setOverrideProperties(values);
    // For keys that a user's own application.properties leaves out.
    main.setInitialProperties(SettingsLoader.camelDefaults());
    RouteFiles files = RouteFiles.of(settings);
    main.configure().setRoutesReloadEnabled(false);
    // These keep a check for every route that ever existed.
    main.configure().health().setRoutesEnabled(false);
    main.configure().health().setConsumersEnabled(false);
    main.addMainListener(
        new MainListenerSupport() {
          @Override
          public void beforeInitialize(BaseMainSupport support) {
            CamelContext context = support.getCamelContext();
            PropertiesComponent properties = (PropertiesComponent) context.getPropertiesComponent();
            // Settings are resolved already; the environment serves other names in route files.
            properties.setEnvironmentVariableMode(
                PropertiesComponent.ENVIRONMENT_VARIABLES_MODE_FALLBACK);
            properties.setSystemPropertiesMode(PropertiesComponent.SYSTEM_PROPERTIES_MODE_FALLBACK);
            makeBeans(context);
            http.ifPresent(
                h -> h.watch(context.getRegistry().lookupByNameAndType("runs", Runs.class)));
          }
        });
    main.start();
    CamelContext context = main.getCamelContext();
    context
        .getRegistry()
        .lookupByNameAndType("cron-routes", CronRoutes.class)
        .useIn(CronRoutes.scheduler(context));
    try {
      load(files, routes(files));
    } catch (RouteFileException | SettingsException e) {
      if (messages.isPresent()) {
        stop();
      } else {
        main.stop();
        beans.close();
      }
      throw e;
    }
  }

  /**
   * Loads the alarms first, then everything that runs need, then HTTP, which takes longest, and
   * users' own files last, as their servers may be away. No run starts before the second part.
   */
  private void load(RouteFiles files, RouteReload routes) throws Exception {
    CronContext context = (CronContext) main.getCamelContext();
    routes.start((name, text) -> RouteFiles.first(name), routes::requireAlarms);
    // Alarms are set, but do not go off before the routes of a run exist.
    Scheduler scheduler = CronRoutes.scheduler(context);
    scheduler.standby();
    ProducerTemplate template = context.createProducerTemplate();
    beans.requireStoreFormat();
    template.sendBody("direct:daemon-start", "");
    routes.start(
        (name, text) ->
            (files.shipped(name).isPresent() || RouteReload.isDaemons(text))
                && (http.isEmpty() || !HttpStart.serves(name, text)),
        () -> {
          routes.requireRuns();
          startAlarms(scheduler);
          template.sendBody("direct:daemon-recover", "");
        });
    messages = Optional.of(template);
    context
        .getRegistry()
        .lookupByNameAndType("runs", Runs.class)
        .listen(
            new RunListener() {
              @Override
              public void unended(Run run, RunEnd end) {
                publish(run, end);
              }
            });
    template.sendBody("direct:daemon-ready", "");
    if (http.isPresent()) {
      http.get().open();
      context.alone(
          () -> {
            http.get().serve(clock, context);
            routes.start(HttpStart::serves, () -> {});
          });
      http.get().ready();
    }
    Thread last = new Thread(() -> loadLast(routes), "route-files");
    last.setDaemon(true);
    last.start();
  }

  /** Before the store is asked, which may take long: alarms that go off meanwhile are kept. */
  private static void startAlarms(Scheduler scheduler) {
    try {
      scheduler.start();
    } catch (SchedulerException e) {
      throw new IllegalStateException("cannot start the alarms", e);
    }
  }

  private void loadLast(RouteReload routes) {
    SystemZone.current().difference().ifPresent(LOG::warn);
    try {
      routes.start();
    } catch (RouteFileException | RuntimeException e) {
      // A stop meanwhile makes loading fail.
      if (stopRequested.getCount() > 0) {
        LOG.atError().addKeyValue("reason", e.toString()).log("cannot load route files");
      }
    }
  }

  /** The route files, loaded after the context has started so that the daemon reports errors. */
  private RouteReload routes(RouteFiles files) {
    CamelContext context = main.getCamelContext();
    CronRoutes cronRoutes =
        context.getRegistry().lookupByNameAndType("cron-routes", CronRoutes.class);
    CrontabFolders folders =
        context.getRegistry().lookupByNameAndType("crontab-folders", CrontabFolders.class);
    RouteReload routes =
        new RouteReload(
            context,
            files::byName,
            files::shipped,
            template -> {
              if (template.equals(CrontabFolders.TEMPLATE)) {
                folders.renew();
              } else {
                cronRoutes.renew();
              }
            },
            clock);
    context.getRegistry().bind("route-files", routes);
    return routes;
  }

  private void makeBeans(CamelContext context) {
    try {
      beans = new Beans(settings, clock, context);
    } catch (IOException | SchedulerException e) {
      throw RuntimeCamelException.wrapRuntimeException(e);
    }
  }

  /**
   * Handles the process's signals and uncaught exceptions: SIGTERM and SIGINT stop the daemon,
   * SIGHUP reloads, and a thread that ends by an exception makes it {@link #failure fail}.
   */
  public void ownProcess() {
    Signals.handle(this);
    Thread.setDefaultUncaughtExceptionHandler(new UncaughtExceptions(this::fail));
  }

  /**
   * Requests a stop because of {@code reason}, and ends the process if the stop takes too long.
   * Blocks the calling thread.
   */
  void fail(String reason) {
    if (!failure.compareAndSet("", reason)) {
      return;
    }
    Duration longest = STUCK;
    if (stopRequested.getCount() > 0) {
      longest = beans == null ? STUCK : beans.stop().longest().plus(STUCK);
      stopRequested.countDown();
    }
    long end = System.nanoTime() + longest.toNanos();
    while (System.nanoTime() < end) {
      LockSupport.parkNanos(end - System.nanoTime());
    }
    LogSetup.flush();
    Runtime.getRuntime().halt(1);
  }

  /** Why the daemon had to stop; empty if it did not. */
  public String failure() {
    return failure.get();
  }

  /** Waits for a request to stop. */
  public void await() throws InterruptedException {
    stopRequested.await();
  }

  /** Requests a stop; the second request ends the wait for running jobs. */
  public synchronized void requestStop() {
    if (stopRequested.getCount() == 0 && beans != null) {
      beans.stop().hurry();
    }
    stopRequested.countDown();
  }

  /** Checks the crontab now; does nothing before the start and after the stop. */
  public void reload() {
    messages.ifPresent(m -> m.sendBody("direct:crontab-load-request", ""));
  }

  /** Publishes and records a run whose own route does not; after a stop the next daemon does. */
  private void publish(Run run, RunEnd end) {
    messages.ifPresent(
        m ->
            m.send(
                "direct:run-finish",
                exchange -> {
                  exchange.setVariable("run", run);
                  exchange.setVariable("end", end);
                }));
  }

  /** Ends the jobs as {@code crond.stop.grace} says, then everything else. */
  public void stop() throws Exception {
    LOG.atInfo().log("stopping");
    messages = Optional.empty();
    CamelContext context = main.getCamelContext();
    Scheduler scheduler = CronRoutes.scheduler(context);
    beans.handOver();
    beans.stop().run(scheduler);
    // Camel itself checks for exchanges in progress only once a second.
    waitUntil(() -> context.getInflightRepository().size() == 0);
    beans.stopStoreWithin(SETTLED);
    context.getShutdownStrategy().setTimeUnit(TimeUnit.SECONDS);
    context.getShutdownStrategy().setTimeout(5);
    http.ifPresent(HttpStart::end);
    stopCamel();
    if (context.getShutdownStrategy().isTimeoutOccurred()) {
      LOG.atWarn().log("shutdown timed out, unfinished work resumes at the next start");
    }
    try {
      beans.close();
    } catch (StoreException e) {
      // The runs have ended and their records are in the journal, as far as there was room.
      Throwable cause = e.getCause() == null ? e : e.getCause();
      LOG.atWarn()
          .addKeyValue("reason", cause.getMessage())
          .log("cannot close the store, its last changes are lost");
    }
    LOG.atInfo().log("stopped");
  }

  /** Stops Camel, but does not wait for a route that connects to an unresponsive server. */
  private void stopCamel() throws InterruptedException {
    Thread stops = new Thread(main::stop, "camel-stop");
    stops.setDaemon(true);
    stops.start();
    stops.join(STOPPED.toMillis());
    if (stops.isAlive()) {
      LOG.atWarn()
          .addKeyValue("after", Durations.format(STOPPED))
          .log("route did not stop in time");
    }
  }

  private static void waitUntil(BooleanSupplier done) throws InterruptedException {
    long end = System.nanoTime() + SETTLED.toNanos();
    while (!done.getAsBoolean() && System.nanoTime() < end) {
      TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
    }
  }

  /** The Camel context, for tests. */
  public CamelContext context() {
    return main.getCamelContext();
  }
}
