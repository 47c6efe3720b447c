// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.job;

import io.github.camelcrond.crontab.Crontab;
import io.github.camelcrond.crontab.Job;
import io.github.camelcrond.crontab.Problem;
import io.github.camelcrond.schedule.RebootSchedule;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says in the log what a load of the crontab came to. */
public final class CrontabLoad {
  private static final Logger LOG = LoggerFactory.getLogger("crond.crontab");
  private static final int SHOWN = 10;

  private final Path file;
  private final Clock clock;
  private boolean first = true;
  private volatile Crontab crontab = new Crontab(List.of(), List.of(), List.of());
  private final AtomicLong loads = new AtomicLong();
  private volatile Optional<Instant> loadedAt = Optional.empty();

  /**
   * @param file named in the messages
   */
  public CrontabLoad(Path file, Clock clock) {
    this.file = file;
    this.clock = clock;
  }

  /** The crontab last loaded. */
  public Crontab crontab() {
    return crontab;
  }

  /** How often a crontab was loaded since the start. */
  public long loads() {
    return loads.get();
  }

  /** When the crontab was last loaded. */
  public Optional<Instant> loadedAt() {
    return loadedAt;
  }

  /** Reports {@code crontab}, which is in force after {@code change}. */
  public void report(Crontab loaded, RouteSet.Change change) {
    crontab = loaded;
    loadedAt = Optional.of(clock.instant());
    loads.incrementAndGet();
    loaded.errors().forEach(this::fault);
    loaded.warnings().forEach(this::fault);
    LOG.atInfo()
        .addKeyValue("file", file)
        .addKeyValue("jobs", loaded.jobs().size())
        .addKeyValue("schedules", change.routes().size())
        .addKeyValue("added", change.added().size())
        .addKeyValue("removed", change.removed().size())
        .addKeyValue("changed", change.changed().size())
        .addKeyValue("errors", loaded.errors().size())
        .log("crontab loaded");
    List<Job> shown = first ? loaded.jobs() : touched(loaded, change);
    first = false;
    var now = clock.instant();
    shown.stream()
        .limit(SHOWN)
        .map(job -> Map.entry(job, job.schedule().next(now)))
        .sorted(Comparator.comparing(e -> e.getKey().line()))
        .forEach(
            e ->
                LOG.atInfo()
                    .addKeyValue("job", e.getKey().id())
                    .addKeyValue("line", e.getKey().line())
                    .addKeyValue("schedule", e.getKey().text())
                    .addKeyValue(
                        "next",
                        e.getValue()
                            .map(
                                i ->
                                    i.atZone(e.getKey().schedule().zone())
                                        .toOffsetDateTime()
                                        .toString())
                            .orElse(never(e.getKey())))
                    .log("job scheduled"));
    if (shown.size() > SHOWN) {
      LOG.info("and {} more jobs", shown.size() - SHOWN);
    }
  }

  private static List<Job> touched(Crontab loaded, RouteSet.Change change) {
    Set<String> ids = new HashSet<>(change.added());
    ids.addAll(change.changed());
    return loaded.jobs().stream().filter(j -> ids.contains(j.id())).toList();
  }

  private static String never(Job job) {
    return job.schedule() instanceof RebootSchedule ? "at each start" : "never";
  }

  private void fault(Problem problem) {
    LOG.warn(problem.at(file.toString()));
  }
}
