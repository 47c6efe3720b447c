// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.store;

import io.github.camelcrond.camel.CalledByRoute;
import io.github.camelcrond.run.RunEnd;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/** The names of the keys in Redis, and conversions between keys and job-ids. */
public final class RedisKeys {
  private final String prefix;
  private volatile String host = "";
  private volatile Predicate<String> byHost = job -> false;

  /** All keys begin with {@code prefix} and a colon. */
  public RedisKeys(String prefix) {
    this.prefix = prefix;
  }

  /** The route set, a hash. */
  public String routes() {
    return prefix + ":routes";
  }

  /** The history of a job, a list. */
  public String runs(String job) {
    return prefix + ":runs:" + job;
  }

  /**
   * Keeps the last instants of some jobs for this host alone, as each host runs them.
   *
   * @param jobs whether the job with an id is one of them
   */
  public void keepLastByHost(String host, Predicate<String> jobs) {
    this.host = host;
    this.byHost = jobs;
  }

  /** Whether the last instant of a job is that of this host. */
  boolean isLastByHost(String job) {
    return byHost.test(job);
  }

  /** The last instant of a job. */
  public String last(String job) {
    return prefix + ":last:" + job + (isLastByHost(job) ? "@" + host : "");
  }

  /** The last run of a job that succeeded. */
  public String success(String job) {
    return prefix + ":success:" + job;
  }

  /** The {@code records} of a job and its last {@code success}; null if it has none. */
  @CalledByRoute
  public List<String> addLastSuccess(List<String> records, String success) {
    return success == null ? records : LastSuccess.behind(records, success);
  }

  /** The jobs whose runs {@code ends} are, each once. */
  @CalledByRoute
  public List<String> jobsOf(List<RunEnd> ends) {
    return ends.stream().map(RunEnd::job).distinct().toList();
  }

  /** The last instants of {@code jobs}, in their order. */
  @CalledByRoute
  public List<String> lastInstantKeys(Collection<String> jobs) {
    return jobs.stream().map(this::last).toList();
  }

  /** {@code instants} with keys in place of job-ids. */
  @CalledByRoute
  public Map<String, String> lastInstantsByKey(Map<String, String> instants) {
    Map<String, String> byKey = new TreeMap<>();
    instants.forEach((job, instant) -> byKey.put(last(job), instant));
    return byKey;
  }

  /** The answer to MGET, by job-id, without those that have none. */
  @CalledByRoute
  public Map<String, String> lastInstantsByJob(
      Collection<String> jobs, Collection<String> instants) {
    Map<String, String> byJob = new TreeMap<>();
    Iterator<String> instant = instants.iterator();
    for (String job : jobs) {
      String found = instant.next();
      if (found != null) {
        byJob.put(job, found);
      }
    }
    return byJob;
  }
}
