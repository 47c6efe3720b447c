// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.job;

import io.github.camelcrond.camel.CalledByRoute;
import io.github.camelcrond.config.ErrorText;
import io.github.camelcrond.crontab.Crontab;
import io.github.camelcrond.crontab.Job;
import io.github.camelcrond.crontab.Problem;
import io.github.camelcrond.schedule.AtSchedule;
import io.github.camelcrond.schedule.RebootSchedule;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/** Logs the result of each load of the crontab, and keeps it for health and metrics. */
public final class CrontabLoad {
  private static final Logger LOG = LoggerFactory.getLogger("crond.crontab");
  private static final int SHOWN = 10;

  private final String file;
  private final Clock clock;
  private final CatchUp catchUp;
  private boolean first = true;
  private volatile Crontab crontab = new Crontab(List.of(), List.of(), List.of());
  private final AtomicLong loads = new AtomicLong();
  private volatile Optional<Instant> loadedAt = Optional.empty();
  private final LongSupplier nanos;

  /** When the current load began, in nanoseconds; empty if none is in progress. */
  private volatile OptionalLong began = OptionalLong.empty();

  private volatile String failure = "";

  /**
   * @param file the paths of the crontab, for messages
   * @param nanos a clock that cannot be set, such as {@link System#nanoTime}
   * @param catchUp logs whether jobs with a past {@code @at} have run
   */
  public CrontabLoad(String file, Clock clock, LongSupplier nanos, CatchUp catchUp) {
    this.file = file;
    this.clock = clock;
    this.nanos = nanos;
    this.catchUp = catchUp;
  }

  /** Notes that a load begins. */
  @CalledByRoute
  public void begin() {
    began = OptionalLong.of(nanos.getAsLong());
  }

  /** Notes that the load has ended without a new crontab in force. */
  @CalledByRoute
  public void noteFailure(Exception reason) {
    began = OptionalLong.empty();
    failure = ErrorText.of(reason);
  }

  /** How long the current load has been running; zero if none is in progress. */
  public Duration running() {
    OptionalLong since = began;
    return since.isPresent()
        ? Duration.ofNanos(nanos.getAsLong() - since.getAsLong())
        : Duration.ZERO;
  }

  /** Why the last load failed; empty if it did not. */
  public String failure() {
    return failure;
  }

  /** The crontab last loaded. */
  public Crontab crontab() {
    return crontab;
  }

  /** The number of successful loads since the start. */
  public long loads() {
    return loads.get();
  }

  /** When the crontab was last loaded. */
  public Optional<Instant> loadedAt() {
    return loadedAt;
  }

  /** Reports {@code crontab}, which is in force after {@code change}. */
  @CalledByRoute
  public void report(Crontab loaded, JobTable.Change change) {
    crontab = loaded;
    began = OptionalLong.empty();
    failure = "";
    loadedAt = Optional.of(clock.instant());
    loads.incrementAndGet();
    loaded.errors().forEach(this::fault);
    Set<String> past = past(loaded);
    loaded.warnings().stream()
        .filter(w -> !(w.code().equals("past") && past.contains(w.file() + ':' + w.line())))
        .forEach(this::fault);
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
    Instant now = clock.instant();
    shown.stream().limit(SHOWN).forEach(job -> scheduled(job, now));
    if (shown.size() > SHOWN) {
      LOG.atInfo().addKeyValue("jobs", shown.size() - SHOWN).log("further jobs scheduled");
    }
  }

  private static void scheduled(Job job, Instant now) {
    LoggingEventBuilder event = LOG.atInfo().addKeyValue("job", job.id());
    if (!job.file().isEmpty()) {
      event = event.addKeyValue("file", job.file());
    }
    event
        .addKeyValue("line", job.line())
        .addKeyValue("schedule", job.text())
        .addKeyValue("next", next(job, now))
        .log("job scheduled");
  }

  private static String next(Job job, Instant now) {
    return job.schedule()
        .next(now)
        .map(at -> at.atZone(job.schedule().zone()))
        .map(DateTimeFormatter.ISO_OFFSET_DATE_TIME::format)
        .orElse(job.schedule() instanceof RebootSchedule ? "at each start" : "never");
  }

  /** The jobs with a past {@code @at}, by line; only the store knows whether they have run. */
  private Set<String> past(Crontab loaded) {
    Instant now = clock.instant();
    List<Job> past =
        loaded.jobs().stream()
            .filter(job -> job.schedule() instanceof AtSchedule at && !at.at().isAfter(now))
            .toList();
    catchUp.logPast(past);
    return past.stream().map(job -> job.file() + ':' + job.line()).collect(Collectors.toSet());
  }

  private static List<Job> touched(Crontab loaded, JobTable.Change change) {
    Set<String> ids = new HashSet<>(change.added());
    ids.addAll(change.changed());
    return loaded.jobs().stream().filter(j -> ids.contains(j.id())).toList();
  }

  private void fault(Problem problem) {
    LOG.atWarn().log(problem.at(file));
  }
}
