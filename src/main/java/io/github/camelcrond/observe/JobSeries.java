// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.observe;

import io.github.camelcrond.crontab.Job;
import io.github.camelcrond.job.JobTable;
import io.github.camelcrond.job.PausedJobs;
import io.github.camelcrond.run.RunHistory;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.time.Clock;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * The series of single jobs, collected on each scrape: a removed job has no series, and jobs cost
 * nothing between scrapes.
 */
public final class JobSeries implements MultiCollector {
  private final JobTable jobs;
  private final RunHistory history;
  private final PausedJobs pauses;
  private final RunMetrics runs;
  private final Clock clock;

  /**
   * @param runs drops the series of removed jobs
   */
  public JobSeries(
      JobTable jobs, RunHistory history, PausedJobs pauses, RunMetrics runs, Clock clock) {
    this.jobs = jobs;
    this.history = history;
    this.pauses = pauses;
    this.runs = runs;
    this.clock = clock;
  }

  @Override
  public MetricSnapshots collect() {
    List<Job> all = jobs.all();
    Set<String> ids = new HashSet<>();
    all.forEach(job -> ids.add(job.id()));
    runs.keep(ids);
    Set<String> paused = pauses.all();
    return MetricSnapshots.of(
        gauge(
            all,
            "crond_job_next_run_timestamp_seconds",
            "Time at which the job fires next",
            job -> jobs.next(job).map(JobSeries::seconds)),
        gauge(
            all,
            "crond_job_last_success_timestamp_seconds",
            "Time at which the last successful run of the job ended",
            job -> history.of(job.id()).lastSuccess().map(JobSeries::seconds)),
        gauge(
            all,
            "crond_job_last_run_timestamp_seconds",
            "Time at which the last run of the job ended",
            job -> history.of(job.id()).last().map(end -> seconds(end.ended()))),
        gauge(
            all,
            "crond_job_failures_in_a_row",
            "Consecutive failures of the job",
            job -> Optional.of((double) history.of(job.id()).failures())),
        gauge(
            all,
            "crond_job_paused",
            "1 if the job is paused",
            job -> Optional.of(paused.contains(job.id()) ? 1.0 : 0.0)));
  }

  private static GaugeSnapshot gauge(
      List<Job> jobs, String name, String help, Function<Job, Optional<Double>> value) {
    GaugeSnapshot.Builder gauge = GaugeSnapshot.builder().name(name).help(help);
    for (Job job : jobs) {
      value.apply(job).ifPresent(number -> gauge.dataPoint(point("job", job.id(), number)));
    }
    return gauge.build();
  }

  /** The value of the series whose {@code label} is {@code name}. */
  static GaugeDataPointSnapshot point(String label, String name, double value) {
    return GaugeDataPointSnapshot.builder().labels(Labels.of(label, name)).value(value).build();
  }

  private static double seconds(Instant at) {
    return at.toEpochMilli() / 1000.0;
  }
}
