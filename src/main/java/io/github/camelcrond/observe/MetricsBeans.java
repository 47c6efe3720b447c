// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.observe;

import io.github.camelcrond.config.Settings;
import io.github.camelcrond.job.CrontabLoad;
import io.github.camelcrond.job.JobTable;
import io.github.camelcrond.job.PausedJobs;
import io.github.camelcrond.log.LogSetup;
import io.github.camelcrond.run.Gate;
import io.github.camelcrond.run.RunHistory;
import io.github.camelcrond.run.RunListener;
import io.github.camelcrond.run.RunProgress;
import io.github.camelcrond.run.Runs;
import io.github.camelcrond.spool.Spool;
import io.github.camelcrond.store.StoreHealth;
import io.github.camelcrond.trigger.CronRoutes;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.apache.camel.CamelContext;
import org.apache.camel.component.micrometer.MicrometerConstants;
import org.apache.camel.component.micrometer.prometheus.MicrometerPrometheus;
import org.apache.camel.spi.Registry;

/** The metrics, which Camel's own service publishes. */
public final class MetricsBeans {
  private static final List<String> GATES =
      List.of("apply-overlap-policy", "wait-for-group", "wait-for-slot", "start-gate");

  private final PrometheusMeterRegistry meters =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final boolean perJob;
  private final RunMetrics runMetrics;

  /** Creates the registry and the meters of runs and JVM; does not need Camel. */
  public MetricsBeans(Settings settings) {
    // Their names violate the conventions of Prometheus: promtool check metrics.
    meters.config().meterFilter(MeterFilter.denyNameStartsWith("system.cpu.count"));
    meters.config().meterFilter(MeterFilter.denyNameStartsWith("process.cpu.time"));
    perJob = settings.flag("crond.metrics.per-job");
    runMetrics = new RunMetrics(meters, perJob);
    jvm();
  }

  /** The metrics of runs. */
  public RunListener runs() {
    return runMetrics;
  }

  /** Registers the meters of the daemon's beans, and adds the service that publishes all meters. */
  public void bind(Clock clock, CamelContext context) throws Exception {
    Registry registry = context.getRegistry();
    registry.bind(MicrometerConstants.METRICS_REGISTRY_NAME, meters);
    if (perJob) {
      meters
          .getPrometheusRegistry()
          .register(
              new JobSeries(
                  bean(registry, "job-table", JobTable.class),
                  bean(registry, "run-history", RunHistory.class),
                  bean(registry, "paused-jobs", PausedJobs.class),
                  runMetrics,
                  clock));
    }
    daemon(registry);
    MicrometerPrometheus service = new MicrometerPrometheus();
    service.setEnableRoutePolicy(false);
    service.setEnableExchangeEventNotifier(false);
    service.setEnableRouteEventNotifier(false);
    service.setClearOnReload(false);
    context.addService(service, true, true);
  }

  private void daemon(Registry registry) {
    Runs runs = bean(registry, "runs", Runs.class);
    JobTable jobs = bean(registry, "job-table", JobTable.class);
    CrontabLoad load = bean(registry, "crontab-load", CrontabLoad.class);
    CronRoutes routes = bean(registry, "cron-routes", CronRoutes.class);
    Spool spool = bean(registry, "spool", Spool.class);
    StoreHealth store = bean(registry, "store-health", StoreHealth.class);
    List<Gate> gates = GATES.stream().map(name -> bean(registry, name, Gate.class)).toList();
    DaemonMetrics metrics = new DaemonMetrics(meters);
    ClusterMetrics.bind(registry, metrics, meters.getPrometheusRegistry());
    metrics
        .gauge(
            "crond.runs.running",
            "Runs in progress",
            () -> runs.all().stream().map(RunProgress::started).filter(s -> s.isPresent()).count())
        .gauge(
            "crond.runs.waiting",
            "Runs waiting for a slot",
            () -> gates.stream().mapToInt(Gate::waiting).sum())
        .counter(
            "crond.runs.missed",
            "Firings coalesced into another run, or dropped because they were late",
            () -> routes.missed() + jobs.dropped())
        .gauge(
            "crond.broker.up",
            "0 if RabbitMQ is configured and accepts no messages, else 1",
            () -> spool.isBrokerDown() ? 0 : 1)
        .gauge("crond.spool.messages", "Messages queued on disk", spool::waiting)
        .gauge("crond.spool.bytes", "Size of the queued messages on disk", spool::bytes)
        .counter(
            "crond.spool.dropped",
            "Messages dropped because the spool was full or they stayed undeliverable",
            spool::dropped)
        .counter(
            "crond.log.dropped",
            "Log lines that were dropped because nobody read them",
            LogSetup::dropped)
        .gauge(
            "crond.store.up", "1 if the store responds, else 0", () -> store.status().up() ? 1 : 0)
        .gauge("crond.jobs", "Jobs in force", () -> jobs.all().size())
        .counter("crond.crontab.loads", "Crontabs loaded", load::loads)
        .gauge(
            "crond.crontab.bad.lines",
            "Invalid lines of the crontab in force",
            () -> load.crontab().errors().size())
        .gauge(
            "crond.crontab.load.timestamp.seconds",
            "Time at which the crontab was last loaded",
            () -> load.loadedAt().map(at -> at.toEpochMilli() / 1000.0).orElse(0.0));
  }

  @SuppressWarnings("resource") // Lives as long as the process.
  private void jvm() {
    new JvmMemoryMetrics().bindTo(meters);
    new JvmGcMetrics().bindTo(meters);
    new JvmThreadMetrics().bindTo(meters);
    new ProcessorMetrics().bindTo(meters);
    FunctionCounter.builder("process.cpu", ProcessHandle.current(), MetricsBeans::cpuSeconds)
        .description("CPU time used by this process")
        .baseUnit("seconds")
        .register(meters);
    new FileDescriptorMetrics().bindTo(meters);
    new UptimeMetrics().bindTo(meters);
  }

  private static double cpuSeconds(ProcessHandle process) {
    return process.info().totalCpuDuration().orElse(Duration.ZERO).toMillis() / 1000.0;
  }

  private static <T> T bean(Registry registry, String name, Class<T> type) {
    return registry.lookupByNameAndType(name, type);
  }
}
