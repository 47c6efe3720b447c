// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.http;

import io.github.camelcrond.crontab.Job;
import io.github.camelcrond.crontab.JobJson;
import io.github.camelcrond.job.JobTable;
import io.github.camelcrond.job.PausedJobs;
import io.github.camelcrond.run.RunEnd;
import io.github.camelcrond.run.RunHistory;
import io.github.camelcrond.run.RunHistory.JobHistory;
import io.github.camelcrond.run.RunProgress;
import io.github.camelcrond.run.RunView;
import io.github.camelcrond.run.Runs;
import io.github.camelcrond.trigger.ScheduleKey;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Jobs as the API shows them: the line of the crontab and the state of the job. */
public final class JobViews {
  private final JobTable jobs;
  private final Runs runs;
  private final RunHistory history;
  private final PausedJobs pauses;
  private final Clock clock;

  /** Creates views from these sources. */
  public JobViews(JobTable jobs, Runs runs, RunHistory history, PausedJobs pauses, Clock clock) {
    this.jobs = jobs;
    this.runs = runs;
    this.history = history;
    this.pauses = pauses;
    this.clock = clock;
  }

  /** Short views of {@code jobs}, in their order. */
  public List<Map<String, Object>> list(Collection<Job> jobs) {
    Instant now = clock.instant();
    Set<String> paused = pauses.all();
    Map<String, List<RunProgress>> running =
        runs.all().stream().collect(Collectors.groupingBy(p -> p.run().job().id()));
    List<Map<String, Object>> views = new ArrayList<>();
    for (Job job : jobs) {
      Map<String, Object> view = new LinkedHashMap<>();
      view.put("id", job.id());
      if (!job.file().isEmpty()) {
        view.put("file", job.file());
      }
      view.put("line", job.line());
      view.put("schedule", job.text());
      view.put("zone", job.schedule().zone().getId());
      view.put("user", job.user());
      view.put("command", job.command());
      view.put("endpoint", job.endpoint());
      view.put("next", next(job));
      state(view, job, paused, running.getOrDefault(job.id(), List.of()), now);
      views.add(view);
    }
    return views;
  }

  /** The next instants of all jobs of a {@link #list}, concatenated. */
  static String allNext(List<Map<String, Object>> list) {
    StringBuilder all = new StringBuilder();
    list.forEach(view -> all.append(view.get("next")).append(' '));
    return all.toString();
  }

  /** The whole of {@code job}, environment and policies included. */
  public Map<String, Object> detail(Job job) {
    Instant now = clock.instant();
    Map<String, Object> view = JobJson.facts(job, now);
    String next = next(job);
    view.put("next", next);
    view.put("route", next == null ? null : ScheduleKey.route(job.schedule()));
    state(view, job, pauses.all(), runs.of(job.id()), now);
    return view;
  }

  private void state(
      Map<String, Object> view,
      Job job,
      Set<String> paused,
      List<RunProgress> running,
      Instant now) {
    view.put("paused", paused.contains(job.id()));
    view.put(
        "running",
        running.stream()
            .sorted((a, b) -> b.run().id().compareTo(a.run().id()))
            .map(p -> RunView.of(p, now))
            .toList());
    JobHistory known = history.of(job.id());
    view.put("failures", known.failures());
    view.put("last-success", known.lastSuccess().orElse(null));
    view.put("last", known.last().map(RunView::of).orElse(null));
    view.put("recent", known.ends().stream().map(JobViews::bar).toList());
  }

  private static Map<String, Object> bar(RunEnd end) {
    Map<String, Object> bar = new LinkedHashMap<>();
    bar.put("outcome", end.outcome());
    bar.put("duration", end.duration().toMillis() / 1000.0);
    return bar;
  }

  private String next(Job job) {
    return jobs.next(job).map(job.schedule()::format).orElse(null);
  }
}
