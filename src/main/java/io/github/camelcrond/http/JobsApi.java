// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.http;

import io.github.camelcrond.camel.CalledByRoute;
import io.github.camelcrond.config.Json;
import io.github.camelcrond.crontab.Job;
import io.github.camelcrond.job.JobTable;
import io.github.camelcrond.job.PausedJobs;
import io.github.camelcrond.run.RunEndJson;
import io.github.camelcrond.run.RunView;
import io.github.camelcrond.run.Runs;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.Header;
import org.apache.camel.Variable;

/** The responses of {@code /api/jobs} and {@code /api/upcoming}. */
public final class JobsApi {
  private static final Duration FRESH = Duration.ofMillis(200);
  private static final int MOST_HOURS = 24 * 31;

  private final JobTable jobs;
  private final Runs runs;
  private final PausedJobs pauses;
  private final JobViews views;
  private final Supplier<JobsVersion> version;
  private final Clock clock;
  private Listed listed = new Listed("", new JobsVersion(0, 0), "", Instant.EPOCH);

  /**
   * A version of the list of jobs.
   *
   * @param runs changes with every run that begins, starts or ends
   * @param jobs changes when jobs are added, removed, paused or resumed, and at each start
   */
  record JobsVersion(long runs, int jobs) {}

  /** The list also changes when an instant passes: not every firing leads to a run here. */
  private record Listed(String json, JobsVersion version, String next, Instant at) {
    String tag() {
      return String.format("\"%x-%x-%x\"", version.runs, version.jobs, next.hashCode());
    }
  }

  /**
   * Answers from {@code jobs}, {@code runs}, {@code pauses} and {@code views}.
   *
   * @param version changes whenever any of these has changed
   */
  JobsApi(
      JobTable jobs,
      Runs runs,
      PausedJobs pauses,
      JobViews views,
      Supplier<JobsVersion> version,
      Clock clock) {
    this.pauses = pauses;
    this.version = version;
    this.jobs = jobs;
    this.runs = runs;
    this.views = views;
    this.clock = clock;
  }

  /**
   * All jobs in the order of their lines. Their runs are at most 0.2 s out of date. Empty if the
   * request names the current version.
   */
  @CalledByRoute
  public synchronized String list(Exchange exchange) {
    JobsVersion current = version.get();
    Duration age = Duration.between(listed.at, clock.instant()).abs();
    if (age.compareTo(FRESH) > 0 || current.jobs() != listed.version.jobs()) {
      List<Map<String, Object>> list = views.list(jobs.all());
      listed = new Listed(Json.text(list), current, JobViews.allNext(list), clock.instant());
    }
    String tag = listed.tag();
    exchange.getMessage().setHeader("ETag", tag);
    if (Parameters.text(exchange, "If-None-Match").filter(tag::equals).isPresent()) {
      exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, 304);
      return "";
    }
    return listed.json;
  }

  /** One job. */
  @CalledByRoute
  public String show(@Header("id") String id) {
    return Json.text(views.detail(find(id)));
  }

  /**
   * The job-id {@code id}.
   *
   * @throws ApiProblem if no job in force has it
   */
  @CalledByRoute
  public String requireJob(@Header("id") String id) {
    return find(id).id();
  }

  /** The runs of a job, those in progress first, then those of the store, newest first. */
  @CalledByRoute
  public String listRuns(
      @Variable("job-id") String id, @Body List<String> stored, Exchange exchange) {
    int limit = Parameters.number(exchange, "limit", 10_000, 1, 10_000);
    Instant now = clock.instant();
    List<Map<String, Object>> answer = new ArrayList<>();
    runs.of(id).forEach(p -> answer.add(RunView.of(p, now)));
    for (String json : stored.subList(0, Math.min(stored.size(), limit))) {
      answer.add(RunView.of(RunEndJson.read(json)));
    }
    return Json.text(answer);
  }

  /** The firings within the next {@code hours} (1 to 744, default 24), without paused jobs. */
  @CalledByRoute
  public String listUpcoming(Exchange exchange) {
    int hours = Parameters.number(exchange, "hours", 24, 1, MOST_HOURS);
    int limit = Parameters.number(exchange, "limit", 500, 0, 10_000);
    Set<String> paused = pauses.all();
    List<Job> fire = jobs.all().stream().filter(job -> !paused.contains(job.id())).toList();
    return Json.text(
        UpcomingFirings.of(fire, jobs::next, clock.instant(), Duration.ofHours(hours), limit));
  }

  private Job find(String id) {
    return jobs.find(id).orElseThrow(() -> new ApiProblem(404, "no such job: " + id));
  }
}
