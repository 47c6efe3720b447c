// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.http;

import io.github.camelcrond.camel.CalledByRoute;
import io.github.camelcrond.config.Json;
import io.github.camelcrond.crontab.Job;
import io.github.camelcrond.job.JobTable;
import io.github.camelcrond.run.RunEnd;
import io.github.camelcrond.run.RunEndJson;
import io.github.camelcrond.run.RunHistory;
import io.github.camelcrond.run.Runs;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.Variable;

/** The responses of {@code /api/runs}. */
public final class RunsApi {
  private final Runs runs;
  private final JobTable jobs;
  private final RunHistory history;
  private final boolean queued;
  private final Clock clock;

  /**
   * Answers from {@code runs}, {@code jobs} and {@code history}.
   *
   * @param queued whether new runs are requested through the work queue
   */
  public RunsApi(Runs runs, JobTable jobs, RunHistory history, boolean queued, Clock clock) {
    this.queued = queued;
    this.runs = runs;
    this.jobs = jobs;
    this.history = history;
    this.clock = clock;
  }

  /**
   * The job-ids whose stored runs may hold the run with {@code id}: none while it is in progress or
   * has just ended, one if it ended recently or the request names the job, else all.
   */
  @CalledByRoute
  public List<String> jobsToSearch(@Variable("run-id") String id, Exchange exchange) {
    if (runs.find(id).isPresent() || history.whole(id).isPresent()) {
      return List.of();
    }
    return Parameters.text(exchange, "job")
        .or(() -> history.jobOf(id))
        .map(List::of)
        .orElseGet(() -> jobs.all().stream().map(Job::id).toList());
  }

  /**
   * The record of the run among {@code stored}, JSON; null if there is none (the caller is a route,
   * not a bean).
   */
  @CalledByRoute
  public Object findRecord(@Variable("run-id") String id, @Body List<String> stored) {
    String mark = "\"run\":\"" + id + "\"";
    return stored.stream().filter(json -> json.contains(mark)).findFirst().orElse(null);
  }

  /** Aggregates the search of several histories: keeps the record that was found. */
  public static Exchange found(Exchange before, Exchange now) {
    return before != null && before.getMessage().getBody() instanceof String ? before : now;
  }

  /** The run with {@code id}: its current state, or {@code record} if it has ended. */
  @CalledByRoute
  public String show(@Variable("run-id") String id, Exchange exchange) {
    return Json.text(
        runs.find(id)
            .map(progress -> RunView.of(progress, clock.instant()))
            .orElseGet(() -> RunView.of(stored(id, exchange))));
  }

  /** The output of the run with {@code id}: so far, or the part that its record keeps. */
  @CalledByRoute
  public String showOutput(@Variable("run-id") String id, Exchange exchange) {
    return runs.find(id)
        .map(progress -> progress.output().text())
        .orElseGet(() -> stored(id, exchange).output());
  }

  private RunEnd stored(String id, Exchange exchange) {
    Optional<RunEnd> newest = history.whole(id);
    if (newest.isPresent()) {
      return newest.get();
    }
    if (exchange.getMessage().getBody() instanceof String json && json.startsWith("{")) {
      return RunEndJson.read(json);
    }
    throw new ApiProblem(404, "no such run: " + id);
  }

  /** The response to a run request; {@code queued} if a worker will run it. */
  @CalledByRoute
  public String confirmStart(Exchange exchange) {
    String run = exchange.getMessage().getBody(String.class);
    exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, 202);
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("run", run);
    answer.put("queued", queued);
    return Json.text(answer);
  }

  /** The response to an accepted request. */
  @CalledByRoute
  public String confirmKill(Exchange exchange) {
    String run = exchange.getMessage().getBody(String.class);
    exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, 202);
    return Json.text(Map.of("run", run));
  }
}
