// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camelcrond.config.Json;
import io.github.camelcrond.crontab.Job;
import io.github.camelcrond.crontab.JobJson;
import io.github.camelcrond.job.Pauses;
import io.github.camelcrond.job.Progress;
import io.github.camelcrond.job.RunEnd;
import io.github.camelcrond.job.RunHistory;
import io.github.camelcrond.job.RunHistory.JobHistory;
import io.github.camelcrond.job.Runs;
import java.time.Clock;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Jobs as the API shows them: the line, and how it stands. */
public final class JobViews {
  private final Runs runs;
  private final RunHistory history;
  private final Pauses pauses;
  private final Clock clock;

  /** Shows what these know. */
  public JobViews(Runs runs, RunHistory history, Pauses pauses, Clock clock) {
    this.runs = runs;
    this.history = history;
    this.pauses = pauses;
    this.clock = clock;
  }

  /** Short views of {@code jobs}, in their order. */
  public ArrayNode list(Collection<Job> jobs) {
    Instant now = clock.instant();
    Set<String> paused = pauses.all();
    Map<String, List<Progress>> running =
        runs.all().stream().collect(Collectors.groupingBy(p -> p.run().job().id()));
    ArrayNode views = Json.mapper().createArrayNode();
    for (Job job : jobs) {
      ObjectNode view = views.addObject();
      view.put("id", job.id());
      view.put("line", job.line());
      view.put("schedule", job.text());
      view.put("zone", job.schedule().zone().getId());
      view.put("user", job.user());
      view.put("command", job.command());
      view.put("endpoint", job.endpoint());
      view.put("next", next(job, now));
      state(view, job, paused, running.getOrDefault(job.id(), List.of()), now);
    }
    return views;
  }

  /** The instants at which the jobs of a {@link #list} fire next, all in one. */
  static String next(ArrayNode list) {
    StringBuilder all = new StringBuilder();
    list.forEach(view -> all.append(view.path("next").asText()).append(' '));
    return all.toString();
  }

  /** The whole of {@code job}, environment and policies included. */
  public ObjectNode detail(Job job) {
    Instant now = clock.instant();
    try {
      ObjectNode view = (ObjectNode) Json.mapper().readTree(JobJson.write(job, now));
      state(view, job, pauses.all(), runs.of(job.id()), now);
      return view;
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private void state(
      ObjectNode view, Job job, Set<String> paused, List<Progress> running, Instant now) {
    view.put("paused", paused.contains(job.id()));
    ArrayNode current = view.putArray("running");
    running.stream()
        .map(p -> RunView.of(p, now))
        .sorted((a, b) -> b.run().compareTo(a.run()))
        .forEach(v -> current.add(Json.mapper().<ObjectNode>valueToTree(v)));
    JobHistory known = history.of(job.id());
    view.put("failures", known.failures());
    view.put("last-success", known.lastSuccess().map(Instant::toString).orElse(null));
    view.set("last", known.last().map(JobViews::json).orElse(null));
    ArrayNode recent = view.putArray("recent");
    for (RunEnd end : known.ends()) {
      ObjectNode bar = recent.addObject();
      bar.put("outcome", end.outcome());
      bar.put("duration", end.duration().toMillis() / 1000.0);
    }
  }

  private static ObjectNode json(RunEnd end) {
    return Json.mapper().valueToTree(RunView.of(end));
  }

  private static String next(Job job, Instant now) {
    return job.schedule()
        .next(now)
        .map(at -> DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(at.atZone(job.schedule().zone())))
        .orElse(null);
  }
}
