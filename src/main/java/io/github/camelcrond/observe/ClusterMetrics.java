// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.observe;

import io.github.camelcrond.cluster.Claims;
import io.github.camelcrond.cluster.Deliveries;
import io.github.camelcrond.cluster.WorkQueues;
import io.github.camelcrond.cluster.WorkQueues.Load;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.function.ToDoubleFunction;
import org.apache.camel.spi.Registry;

/** What is known of claims and of the queue of requests, as far as there are any. */
final class ClusterMetrics implements MultiCollector {
  private final WorkQueues queues;

  private ClusterMetrics(WorkQueues queues) {
    this.queues = queues;
  }

  /** Registers what the beans in {@code beans} know. */
  static void bind(Registry beans, DaemonMetrics metrics, PrometheusRegistry registry) {
    for (Claims claims : beans.findByType(Claims.class)) {
      metrics
          .counter("crond.claims.won", "Firings that this replica claimed", claims::claimed)
          .counter("crond.claims.lost", "Firings that another replica had claimed", claims::lost)
          .counter("crond.claims.failed", "Firings that could not be claimed", claims::failed);
    }
    for (Deliveries deliveries : beans.findByType(Deliveries.class)) {
      metrics.gauge(
          "crond.worker.requests", "Requests that this worker has taken", deliveries::size);
    }
    for (WorkQueues queues : beans.findByType(WorkQueues.class)) {
      registry.register(new ClusterMetrics(queues));
    }
  }

  @Override
  public MetricSnapshots collect() {
    return MetricSnapshots.of(
        gauge("crond_queue_depth", "Requests that no worker has", Load::depth),
        gauge(
            "crond_queue_age_seconds",
            "Age of the oldest request that no worker has",
            load -> load.age().toMillis() / 1000.0),
        gauge("crond_queue_slots", "Slots of workers that are there", Load::workers));
  }

  private GaugeSnapshot gauge(String name, String help, ToDoubleFunction<Load> value) {
    GaugeSnapshot.Builder gauge = GaugeSnapshot.builder().name(name).help(help);
    queues
        .loads()
        .forEach(
            (queue, load) ->
                gauge.dataPoint(
                    GaugeDataPointSnapshot.builder()
                        .labels(Labels.of("queue", queue))
                        .value(value.applyAsDouble(load))
                        .build()));
    return gauge.build();
  }
}
