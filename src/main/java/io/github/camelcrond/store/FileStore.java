// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.store;

import io.github.camelcrond.camel.CalledByRoute;
import io.github.camelcrond.disk.MapFile;
import io.github.camelcrond.disk.MapFile.Maps;
import io.github.camelcrond.disk.TextMap;
import io.github.camelcrond.run.RunEnd;
import io.github.camelcrond.run.RunEndJson;
import java.io.Closeable;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The embedded store: what the routes in {@code routes/internal/store/file} read and write. A write
 * is durable when its method returns.
 */
public final class FileStore implements Closeable {
  /** How long the history of a job is kept after its line was removed. */
  public static final Duration KEEP_REMOVED = Duration.ofDays(30);

  /** The number of crontab versions that are kept. */
  public static final int VERSIONS = 20;

  private static final String CRONTAB = "crontab";
  private static final String VERSION_LIST = "versions";
  private static final String ROUTES = "routes";
  private static final String REMOVED = "removed";
  private static final String RUNS = "runs";
  private static final String LAST_INSTANTS = "last";
  private static final String SUCCESS = "success";
  private static final String PAUSED = "paused";
  private static final String BODIES = "bodies";
  private static final String CURRENT = "current";
  private static final char END_OF_JOB = '\u0000';

  private final MapFile file;
  private final Clock clock;
  private final int historyRuns;

  private FileStore(MapFile file, Clock clock, int historyRuns) {
    this.file = file;
    this.clock = clock;
    this.historyRuns = historyRuns;
  }

  /**
   * The store in {@code path}, which is created if it is missing; without a path, a store in
   * memory.
   *
   * @param historyRuns runs kept of each job
   */
  public static FileStore open(Optional<Path> path, Clock clock, int historyRuns) {
    return new FileStore(MapFile.open(path, clock, Set.of(RUNS)), clock, historyRuns);
  }

  /** The crontab as JSON. */
  @CalledByRoute
  public Optional<String> readCrontab() {
    return file.read(
        maps ->
            maps.get(CRONTAB)
                .get(CURRENT)
                // They are the same, unless one of them is damaged.
                .or(() -> newestFirst(maps.get(VERSION_LIST)).stream().findFirst()));
  }

  /** Keeps {@code json} as the crontab and as its newest version. */
  @CalledByRoute
  public void writeCrontab(String json) {
    file.write(maps -> writeCrontab(maps, json));
  }

  private static void writeCrontab(Maps maps, String json) {
    TextMap versions = maps.get(VERSION_LIST);
    String newest = versions.last("").orElse(number(0));
    if (!versions.get(newest).equals(Optional.of(json))) {
      versions.put(number(Long.parseLong(newest) + 1), json);
    }
    removeOldest(versions, "", VERSIONS);
    maps.get(CRONTAB).put(CURRENT, json);
  }

  /** The last crontabs as JSON, newest first. */
  @CalledByRoute
  public List<String> readVersions() {
    return file.read(maps -> newestFirst(maps.get(VERSION_LIST)));
  }

  private static List<String> newestFirst(TextMap versions) {
    return List.copyOf(versions.entries("").descendingMap().values());
  }

  /** The route set: each job as JSON, by job-id. */
  @CalledByRoute
  public Map<String, String> readRoutes() {
    return file.read(maps -> maps.get(ROUTES).entries(""));
  }

  /** The number of jobs in the route set. */
  @CalledByRoute
  public long countRoutes() {
    return file.read(maps -> maps.get(ROUTES).count(""));
  }

  /**
   * Makes {@code routes} the route set, and purges data of jobs that were removed long ago.
   *
   * @param crontab written with them, both or neither; null to leave the stored one as it is
   * @return true, as no other daemon writes here
   */
  @CalledByRoute
  public boolean writeRoutes(Map<String, String> routes, String crontab) {
    file.write(
        maps -> {
          if (crontab != null) {
            writeCrontab(maps, crontab);
          }
          TextMap stored = maps.get(ROUTES);
          TextMap removed = maps.get(REMOVED);
          String now = clock.instant().toString();
          for (String job : stored.keys("")) {
            if (!routes.containsKey(job)) {
              stored.remove(job);
              removed.put(job, now);
            }
          }
          stored.putAll(routes);
          routes.keySet().forEach(removed::remove);
          purge(maps);
        });
    return true;
  }

  private void purge(Maps maps) {
    Instant before = clock.instant().minus(KEEP_REMOVED);
    TextMap removed = maps.get(REMOVED);
    removed
        .entries("")
        .forEach(
            (job, when) -> {
              if (Instant.parse(when).isBefore(before)) {
                removeOldest(maps.get(RUNS), job + END_OF_JOB, 0);
                maps.get(LAST_INSTANTS).remove(job);
                maps.get(SUCCESS).remove(job);
                removed.remove(job);
              }
            });
  }

  /**
   * Adds ended runs to the history of their jobs, or replaces them there, and advances the jobs'
   * last instants.
   */
  @CalledByRoute
  public void writeRuns(List<RunEnd> ends) {
    file.write(
        maps -> {
          TextMap runs = maps.get(RUNS);
          for (RunEnd end : ends) {
            runs.put(end.job() + END_OF_JOB + end.run(), RunEndJson.text(end));
          }
          Set<String> jobs = new TreeSet<>();
          ends.forEach(end -> jobs.add(end.job()));
          jobs.forEach(job -> removeOldest(runs, job + END_OF_JOB, historyRuns));
          TextMap last = maps.get(LAST_INSTANTS);
          last.putAll(LastInstants.of(ends, readLastInstants(last, jobs)));
          maps.get(SUCCESS).putAll(LastSuccess.of(ends));
        });
  }

  /** Keeps the last {@code count} of the keys with {@code prefix}. Run-ids sort by time. */
  private static void removeOldest(TextMap map, String prefix, long count) {
    for (long excess = map.count(prefix) - count; excess > 0; excess--) {
      map.first(prefix).ifPresent(map::remove);
    }
  }

  /** The ended runs of a job as JSON, newest first; the last that succeeded is among them. */
  @CalledByRoute
  public List<String> readRuns(String job) {
    return file.read(
        maps -> {
          List<String> newestFirst =
              List.copyOf(maps.get(RUNS).entries(job + END_OF_JOB).descendingMap().values());
          return maps.get(SUCCESS)
              .get(job)
              .map(success -> LastSuccess.behind(newestFirst, success))
              .orElse(newestFirst);
        });
  }

  /** The last instants accounted for, in ISO-8601, of those of {@code jobs} that have one. */
  @CalledByRoute
  public Map<String, String> readLastInstants(Collection<String> jobs) {
    return file.read(maps -> readLastInstants(maps.get(LAST_INSTANTS), jobs));
  }

  private static Map<String, String> readLastInstants(TextMap instants, Collection<String> jobs) {
    Map<String, String> found = new LinkedHashMap<>();
    for (String job : jobs) {
      instants.get(job).ifPresent(instant -> found.put(job, instant));
    }
    return found;
  }

  /** Sets last instants by job-id, in ISO-8601. */
  @CalledByRoute
  public void writeLastInstants(Map<String, String> instants) {
    file.write(maps -> maps.get(LAST_INSTANTS).putAll(instants));
  }

  /** The paused jobs. */
  @CalledByRoute
  public Set<String> readPaused() {
    return file.read(maps -> maps.get(PAUSED).entries("").keySet());
  }

  /** Pauses a job. */
  @CalledByRoute
  public void addPaused(String job) {
    file.write(maps -> maps.get(PAUSED).put(job, ""));
  }

  /** Resumes a job; no error if it is not paused. */
  @CalledByRoute
  public void removePaused(String job) {
    file.write(maps -> maps.get(PAUSED).remove(job));
  }

  /** The message body kept for a job. */
  @CalledByRoute
  public Optional<String> readBody(String job) {
    return file.read(maps -> maps.get(BODIES).get(job));
  }

  /** The message bodies by job-id. */
  @CalledByRoute
  public Map<String, String> readBodies() {
    return file.read(maps -> maps.get(BODIES).entries(""));
  }

  /** Adds message bodies by job-id. */
  @CalledByRoute
  public void writeBodies(Map<String, String> bodies) {
    file.write(maps -> maps.get(BODIES).putAll(bodies));
  }

  @Override
  public void close() {
    file.close();
  }

  /** Versions by a number that rises, as text of fixed width so that it sorts. */
  private static String number(long number) {
    return String.format("%019d", number);
  }
}
