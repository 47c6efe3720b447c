// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.store;

import io.github.camelcrond.job.RunEnd;
import io.github.camelcrond.job.RunEndJson;
import java.io.Closeable;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;

/**
 * The embedded store: what the routes in {@code routes/store/file} read and write. A write is
 * committed when its method returns, so that it outlives a kill -9.
 */
public final class FileStore implements Closeable {
  /** So long the history of a job is kept after its line has gone. */
  public static final Duration KEEP_REMOVED = Duration.ofDays(30);

  /** Crontab versions that are kept. */
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
  private static final char BEFORE = '\u0000';
  private static final char AFTER = '\u0001';

  private final StoreFile file;
  private final Clock clock;
  private final int historyRuns;

  private FileStore(StoreFile file, Clock clock, int historyRuns) {
    this.file = file;
    this.clock = clock;
    this.historyRuns = historyRuns;
  }

  /**
   * The store in {@code path}, made if it is missing; a damaged one is moved aside.
   *
   * @param historyRuns runs kept of each job
   */
  public static FileStore open(Path path, Clock clock, int historyRuns) {
    return new FileStore(StoreFile.open(path, clock), clock, historyRuns);
  }

  /** A store that is gone with the process. */
  public static FileStore inMemory(Clock clock, int historyRuns) {
    return new FileStore(StoreFile.inMemory(clock), clock, historyRuns);
  }

  /** The crontab as JSON. */
  public Optional<String> crontab() {
    return file.read(store -> Optional.ofNullable(map(store, CRONTAB).get(CURRENT)));
  }

  /** Keeps {@code json} as the crontab and as its newest version. */
  public void writeCrontab(String json) {
    file.write(
        store -> {
          MVMap<String, String> versions = map(store, VERSION_LIST);
          long newest = versions.isEmpty() ? 0 : Long.parseLong(versions.lastKey());
          if (!json.equals(versions.get(number(newest)))) {
            versions.put(number(newest + 1), json);
          }
          while (versions.sizeAsLong() > VERSIONS) {
            versions.remove(versions.firstKey());
          }
          map(store, CRONTAB).put(CURRENT, json);
        });
  }

  /** The last crontabs as JSON, newest first. */
  public List<String> versions() {
    return file.read(
        store -> {
          List<String> newestFirst = new ArrayList<>();
          MVMap<String, String> versions = map(store, VERSION_LIST);
          versions.keyIterator(null).forEachRemaining(key -> newestFirst.add(0, versions.get(key)));
          return newestFirst;
        });
  }

  /** The route set: each job as JSON, by job-id. */
  public Map<String, String> routes() {
    return file.read(store -> new TreeMap<>(map(store, ROUTES)));
  }

  /** Makes {@code routes} the route set. What jobs left that went long ago is purged. */
  public void writeRoutes(Map<String, String> routes) {
    file.write(
        store -> {
          MVMap<String, String> stored = map(store, ROUTES);
          MVMap<String, String> removed = map(store, REMOVED);
          String now = clock.instant().toString();
          for (String job : List.copyOf(stored.keySet())) {
            if (!routes.containsKey(job)) {
              stored.remove(job);
              removed.put(job, now);
            }
          }
          routes.forEach(stored::put);
          routes.keySet().forEach(removed::remove);
          purge(store);
        });
  }

  private void purge(MVStore store) {
    Instant before = clock.instant().minus(KEEP_REMOVED);
    MVMap<String, String> removed = map(store, REMOVED);
    for (String job : List.copyOf(removed.keySet())) {
      if (Instant.parse(removed.get(job)).isBefore(before)) {
        keep(map(store, RUNS), job, 0);
        map(store, LAST_INSTANTS).remove(job);
        map(store, SUCCESS).remove(job);
        removed.remove(job);
      }
    }
  }

  /**
   * Adds ended runs to the history of their jobs; one that is there already is replaced. Moves the
   * jobs' last instants on.
   */
  public void writeRuns(List<RunEnd> ends) {
    file.write(
        store -> {
          MVMap<String, String> runs = map(store, RUNS);
          for (RunEnd end : ends) {
            runs.put(end.job() + BEFORE + end.run(), RunEndJson.text(end));
          }
          ends.stream().map(RunEnd::job).distinct().forEach(job -> keep(runs, job, historyRuns));
          MVMap<String, String> last = map(store, LAST_INSTANTS);
          LastInstants.of(ends, last).forEach(last::put);
          LastSuccess.of(ends).forEach(map(store, SUCCESS)::put);
        });
  }

  /** Removes the oldest runs of a job beyond {@code count}. Run-ids sort by time. */
  private static void keep(MVMap<String, String> runs, String job, int count) {
    String from = runs.ceilingKey(job + BEFORE);
    if (from == null || !from.startsWith(job + BEFORE)) {
      return;
    }
    String to = runs.lowerKey(job + AFTER);
    long excess = runs.getKeyIndex(to) - runs.getKeyIndex(from) + 1 - count;
    for (String key = from; excess > 0; excess--) {
      runs.remove(key);
      key = runs.higherKey(key);
    }
  }

  /** The ended runs of a job as JSON, newest first; the last that succeeded is among them. */
  public List<String> runs(String job) {
    return file.read(
        store -> {
          List<String> newestFirst = new ArrayList<>();
          MVMap<String, String> runs = map(store, RUNS);
          Iterator<String> keys = runs.keyIteratorReverse(job + AFTER);
          while (keys.hasNext()) {
            String key = keys.next();
            if (!key.startsWith(job + BEFORE)) {
              break;
            }
            newestFirst.add(runs.get(key));
          }
          String success = map(store, SUCCESS).get(job);
          return success == null ? newestFirst : LastSuccess.behind(newestFirst, success);
        });
  }

  /**
   * The last instants that were dealt with, in ISO-8601, of those of {@code jobs} that have one.
   */
  public Map<String, String> last(Collection<String> jobs) {
    return file.read(
        store -> {
          Map<String, String> found = new LinkedHashMap<>();
          MVMap<String, String> last = map(store, LAST_INSTANTS);
          for (String job : jobs) {
            Optional.ofNullable(last.get(job)).ifPresent(instant -> found.put(job, instant));
          }
          return found;
        });
  }

  /** Sets last instants by job-id, in ISO-8601. */
  public void writeLast(Map<String, String> instants) {
    file.write(store -> instants.forEach(map(store, LAST_INSTANTS)::put));
  }

  /** The paused jobs. */
  public Set<String> paused() {
    return file.read(store -> new TreeSet<>(map(store, PAUSED).keySet()));
  }

  /** Pauses a job. */
  public void pause(String job) {
    file.write(store -> map(store, PAUSED).put(job, ""));
  }

  /** Resumes a job; no error if it is not paused. */
  public void resume(String job) {
    file.write(store -> map(store, PAUSED).remove(job));
  }

  /** The message body kept for a job. */
  public Optional<String> body(String job) {
    return file.read(store -> Optional.ofNullable(map(store, BODIES).get(job)));
  }

  /** The message bodies by job-id. */
  public Map<String, String> bodies() {
    return file.read(store -> new TreeMap<>(map(store, BODIES)));
  }

  /** Adds message bodies by job-id. */
  public void writeBodies(Map<String, String> bodies) {
    file.write(store -> bodies.forEach(map(store, BODIES)::put));
  }

  @Override
  public void close() {
    file.close();
  }

  private static MVMap<String, String> map(MVStore store, String name) {
    return StoreFile.map(store, name);
  }

  /** Versions by a number that rises, as text of fixed width so that it sorts. */
  private static String number(long number) {
    return String.format("%019d", number);
  }
}
