// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.store;

import io.github.camelcrond.camel.CalledByRoute;
import io.github.camelcrond.config.Settings;
import io.github.camelcrond.config.SettingsException;
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

  /**
   * The prefix of all keys, without the colon behind it. In a Redis Cluster it is in braces, which
   * puts all keys in one slot.
   *
   * @throws SettingsException if {@code crond.store.prefix} is not allowed
   */
  public static String prefix(Settings settings) {
    String prefix = settings.text("crond.store.prefix");
    if (!prefix.matches("[A-Za-z0-9._:-]{1,64}")) {
      throw new SettingsException(
          "crond.store.prefix = " + prefix + " is not allowed, use letters, digits and . _ : -");
    }
    boolean cluster =
        settings.usesRedis()
            && RedisUrl.parse(settings.text("crond.redis.url")).kind() == RedisUrl.Kind.CLUSTER;
    return cluster ? "{" + prefix + "}" : prefix;
  }

  /** All keys begin with {@code prefix} and a colon. */
  public RedisKeys(String prefix) {
    this.prefix = prefix;
  }

  /** The number of the store's format, a string. */
  public String format() {
    return prefix + ":format";
  }

  /** The crontab, a string. */
  String crontab() {
    return prefix + ":crontab";
  }

  /** The last crontabs, a list. */
  String versions() {
    return prefix + ":crontab:versions";
  }

  /** The route set, a hash. */
  public String routes() {
    return prefix + ":routes";
  }

  /** The prefix of the keys about requests from the queue. */
  public String work() {
    return prefix + ".work";
  }

  /** What the Python service left; in a cluster, nothing, as a key of another slot is elsewhere. */
  @CalledByRoute
  public String legacy() {
    return prefix.startsWith("{") ? prefix + ":legacy" : "crond-service-cronjob-cache";
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
