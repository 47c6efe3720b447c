// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.http;

import io.github.camelcrond.camel.CalledByRoute;
import io.github.camelcrond.cluster.HostGone;
import io.github.camelcrond.cluster.Peers;
import io.github.camelcrond.config.Json;
import io.github.camelcrond.config.JsonValue;
import io.github.camelcrond.crontab.Job;
import io.github.camelcrond.job.JobTable;
import io.github.camelcrond.run.RunEnd;
import io.github.camelcrond.run.RunEndJson;
import io.github.camelcrond.run.RunHistory;
import io.github.camelcrond.run.RunProgress;
import io.github.camelcrond.run.RunView;
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
  private final Optional<Peers> peers;
  private final boolean queued;
  private final Clock clock;

  private static final String ELSEWHERE = "run-elsewhere";

  /**
   * Answers from {@code runs}, {@code jobs} and {@code history}.
   *
   * @param peers have the runs of other daemons
   * @param queued whether new runs are requested through the work queue
   */
  RunsApi(
      Runs runs,
      JobTable jobs,
      RunHistory history,
      Optional<Peers> peers,
      boolean queued,
      Clock clock) {
    this.peers = peers;
    this.queued = queued;
    this.runs = runs;
    this.jobs = jobs;
    this.history = history;
    this.clock = clock;
  }

  /**
   * The job-ids whose stored runs may hold the run with {@code id}: none while it is in progress or
   * has just ended, here or elsewhere, one if it ended recently or the request names the job, else
   * all.
   */
  @CalledByRoute
  public List<String> jobsToSearch(@Variable("run-id") String id, Exchange exchange) {
    if (runs.find(id).isPresent()
        || history.whole(id).isPresent()
        || exchange.getVariable(ELSEWHERE) != null) {
      return List.of();
    }
    return Parameters.text(exchange, "job")
        .or(() -> history.jobOf(id))
        .map(List::of)
        .orElseGet(() -> jobs.all().stream().map(Job::id).toList());
  }

  /** The run with {@code id} as another daemon shows it; null if none has it, or it is here. */
  @CalledByRoute
  public Object findElsewhere(@Variable("run-id") String id) {
    boolean here = runs.find(id).isPresent() || history.whole(id).isPresent();
    return here ? null : peers.flatMap(others -> others.find(id)).orElse(null);
  }

  /**
   * The record of the run among {@code stored}, JSON; null if there is none (the caller is a route,
   * not a bean).
   */
  @CalledByRoute
  public Object findRecord(@Variable("run-id") String id, @Body List<String> stored) {
    return stored.stream().filter(json -> RunEndJson.isOf(json, id)).findFirst().orElse(null);
  }

  /** Aggregates the search of several histories: keeps the record that was found. */
  public static Exchange found(Exchange before, Exchange now) {
    return before != null && before.getMessage().getBody() instanceof String ? before : now;
  }

  /** The run with {@code id}: its current state, or {@code record} if it has ended. */
  @CalledByRoute
  public String show(@Variable("run-id") String id, Exchange exchange) throws HostGone {
    Optional<RunProgress> progress = runs.find(id);
    if (progress.isPresent()) {
      return Json.text(RunView.of(progress.get(), clock.instant()));
    }
    JsonValue elsewhere = exchange.getVariable(ELSEWHERE, JsonValue.class);
    return Json.text(elsewhere == null ? RunView.of(stored(id, exchange)) : elsewhere);
  }

  /** The output of the run with {@code id}: so far, or the part that its record keeps. */
  @CalledByRoute
  public String showOutput(@Variable("run-id") String id, Exchange exchange) throws HostGone {
    Optional<RunProgress> progress = runs.find(id);
    if (progress.isPresent()) {
      return progress.get().output().text();
    }
    Optional<String> elsewhere =
        exchange.getVariable(ELSEWHERE) == null
            ? Optional.empty()
            : peers.flatMap(others -> others.output(id));
    return elsewhere.isPresent() ? elsewhere.get() : stored(id, exchange).output();
  }

  private RunEnd stored(String id, Exchange exchange) throws HostGone {
    Optional<RunEnd> newest = history.whole(id);
    if (newest.isPresent()) {
      return newest.get();
    }
    if (exchange.getMessage().getBody() instanceof String json && json.startsWith("{")) {
      return RunEndJson.read(json);
    }
    if (peers.isPresent()) {
      peers.get().requireHost(id);
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
