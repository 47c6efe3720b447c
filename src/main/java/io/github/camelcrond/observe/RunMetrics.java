// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.observe;

import io.github.camelcrond.run.Run;
import io.github.camelcrond.run.RunEnd;
import io.github.camelcrond.run.RunListener;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Metrics of runs: outcomes, durations and lateness. */
public final class RunMetrics implements RunListener {
  private static final Duration[] DURATIONS = seconds(0.1, 1, 10, 60, 300, 1_800, 3_600, 21_600);
  private static final Duration[] LATENESS =
      seconds(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30, 60, 300);

  private final MeterRegistry registry;
  private final boolean perJob;
  private final Timer lateness;
  private final Map<String, Set<Meter>> byJob = new ConcurrentHashMap<>();

  /**
   * @param perJob whether there are series for each job
   */
  public RunMetrics(MeterRegistry registry, boolean perJob) {
    this.registry = registry;
    this.perJob = perJob;
    this.lateness =
        Timer.builder("crond.run.lateness")
            .description("Time from the scheduled instant to the start of the command")
            .serviceLevelObjectives(LATENESS)
            .register(registry);
  }

  private static Duration[] seconds(double... all) {
    Duration[] durations = new Duration[all.length];
    for (int i = 0; i < all.length; i++) {
      durations[i] = Duration.ofMillis(Math.round(all[i] * 1000));
    }
    return durations;
  }

  @Override
  public void ended(Run run, RunEnd end) {
    Tags job = perJob ? Tags.of("job", end.job()) : Tags.empty();
    Counter ends =
        Counter.builder("crond.runs")
            .description("Ended runs by outcome")
            .tags(job.and("outcome", end.outcome()))
            .register(registry);
    ends.increment();
    remember(end.job(), ends);
    if (end.started().isEmpty()) {
      return;
    }
    Timer durations =
        Timer.builder("crond.run.duration")
            .description("Time from the first start of a run to its end")
            .tags(job)
            .serviceLevelObjectives(DURATIONS)
            .register(registry);
    durations.record(end.duration());
    remember(end.job(), durations);
    if (run.cause() == Run.Cause.SCHEDULE) {
      lateness.record(Duration.between(end.scheduled(), end.started().get()));
    }
  }

  private void remember(String job, Meter meter) {
    if (perJob) {
      byJob.computeIfAbsent(job, j -> ConcurrentHashMap.newKeySet()).add(meter);
    }
  }

  /** Removes the series of all jobs but {@code jobIds}. */
  public void keep(Collection<String> jobIds) {
    for (String job : Set.copyOf(byJob.keySet())) {
      if (!jobIds.contains(job)) {
        byJob.remove(job).forEach(registry::remove);
      }
    }
  }
}
