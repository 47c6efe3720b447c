// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.observe;

import io.github.camelcrond.cluster.Claims;
import io.github.camelcrond.cluster.Deliveries;
import io.github.camelcrond.cluster.WorkQueues;
import io.github.camelcrond.cluster.WorkQueues.Load;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.function.ToDoubleFunction;
import org.apache.camel.spi.Registry;

/** Metrics of claims and of the work queue, if they are used. */
final class ClusterMetrics implements MultiCollector {
  private final WorkQueues queues;

  private ClusterMetrics(WorkQueues queues) {
    this.queues = queues;
  }

  /** Registers the metrics of the given beans. */
  static void bind(Registry beans, DaemonMetrics metrics, PrometheusRegistry registry) {
    for (Claims claims : beans.findByType(Claims.class)) {
      metrics
          .counter("crond.claims.won", "Firings that this replica claimed", claims::claimed)
          .counter("crond.claims.lost", "Firings that another replica claimed first", claims::lost)
          .counter("crond.claims.failed", "Firings that could not be claimed", claims::failed);
    }
    for (Deliveries deliveries : beans.findByType(Deliveries.class)) {
      metrics.gauge(
          "crond.worker.requests", "Run requests that this worker holds", deliveries::size);
    }
    for (WorkQueues queues : beans.findByType(WorkQueues.class)) {
      registry.register(new ClusterMetrics(queues));
    }
  }

  @Override
  public MetricSnapshots collect() {
    return MetricSnapshots.of(
        gauge(
            "crond_queue_depth",
            "Run requests in the queue, not yet held by a worker",
            Load::depth),
        gauge(
            "crond_queue_age_seconds",
            "Age of the oldest run request in the queue",
            load -> load.age().toMillis() / 1000.0),
        gauge("crond_queue_slots", "Slots of all connected workers", Load::workers));
  }

  private GaugeSnapshot gauge(String name, String help, ToDoubleFunction<Load> value) {
    GaugeSnapshot.Builder gauge = GaugeSnapshot.builder().name(name).help(help);
    queues
        .loads()
        .forEach(
            (queue, load) ->
                gauge.dataPoint(JobSeries.point("queue", queue, value.applyAsDouble(load))));
    return gauge.build();
  }
}
