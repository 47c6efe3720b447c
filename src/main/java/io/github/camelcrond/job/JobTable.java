// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.job;

import io.github.camelcrond.camel.CalledByRoute;
import io.github.camelcrond.config.Durations;
import io.github.camelcrond.crontab.Job;
import io.github.camelcrond.run.MissedFirings;
import io.github.camelcrond.run.Run;
import io.github.camelcrond.run.RunId;
import io.github.camelcrond.schedule.RebootSchedule;
import io.github.camelcrond.trigger.AlarmLead;
import io.github.camelcrond.trigger.ClockWatch;
import io.github.camelcrond.trigger.CronRoutes.CronRoute;
import io.github.camelcrond.trigger.ScheduleKey;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The jobs in force. */
public final class JobTable {
  private static final Logger LOG = LoggerFactory.getLogger("crond.run");
  private final Clock clock;
  private final RunId ids;
  private final Duration grace;
  private final AtomicLong dropped = new AtomicLong();
  private volatile Jobs jobs = new Jobs(Map.of(), Map.of(), List.of());
  private final OneTimeJobs once = new OneTimeJobs();
  private final ClockWatch watch;
  private boolean first = true;
  private volatile Instant began = Instant.MIN;

  /**
   * A job in force.
   *
   * @param since when it came into force with its schedule; it does not fire for earlier instants
   * @param fired the instant of its last firing, kept when the job changes
   * @param key of its schedule
   */
  private record Entry(Job job, Instant since, AtomicReference<Instant> fired, String key) {

    /**
     * Notes that the job fires for {@code scheduled}; returns false if it has done so before. As
     * alarms go off before their instant, the job may have fired for it with its old schedule, just
     * before the new one came into force.
     */
    boolean take(Instant scheduled) {
      boolean again = scheduled.equals(fired.getAndSet(scheduled));
      return !again || since.isBefore(scheduled.minus(AlarmLead.BY));
    }
  }

  private record Jobs(Map<String, Entry> byId, Map<String, List<Entry>> byKey, List<Job> inOrder) {

    /**
     * Whether the job with the job-id of {@code job} differs from it in more than the line number.
     */
    boolean differs(Job job) {
      Entry entry = byId.get(job.id());
      return entry != null && !same(entry.job, job);
    }

    private static boolean same(Job a, Job b) {
      return sameSchedule(a, b)
          && a.user().equals(b.user())
          && a.command().equals(b.command())
          && a.stdin().equals(b.stdin())
          && a.environment().equals(b.environment())
          && a.policies().equals(b.policies());
    }
  }

  /**
   * The result of {@link #replace}.
   *
   * @param changed jobs whose command, schedule or settings have changed
   * @param routes one for each distinct schedule that will fire
   * @param first whether this is the first crontab with a job since the start
   */
  public record Change(
      List<String> added,
      List<String> removed,
      List<String> changed,
      List<CronRoute> routes,
      boolean first) {

    /** Cheap, because Camel looks up a map by the change for each expression on it. */
    @Override
    public int hashCode() {
      return routes.size();
    }
  }

  /**
   * @param grace a firing later than this is dropped, unless the job's catch-up window is longer
   * @param watch determines how late a firing is
   */
  public JobTable(Clock clock, RunId ids, Duration grace, ClockWatch watch) {
    this.clock = clock;
    this.watch = watch;
    this.ids = ids;
    this.grace = grace;
  }

  /**
   * @param keys of schedules, by their identity
   */
  private Entry entry(Job job, Instant now, Map<String, String> keys) {
    Entry old = jobs.byId.get(job.id());
    if (old != null && sameSchedule(old.job, job)) {
      return new Entry(job, old.since, old.fired, old.key);
    }
    String key =
        keys.computeIfAbsent(job.schedule().identity(), identity -> ScheduleKey.of(job.schedule()));
    return new Entry(job, now, old == null ? new AtomicReference<>(Instant.MIN) : old.fired, key);
  }

  private static boolean sameSchedule(Job a, Job b) {
    return a.schedule() == b.schedule() || a.schedule().identity().equals(b.schedule().identity());
  }

  /** Puts {@code next}, and no other jobs, in force. */
  @CalledByRoute
  public Change replace(List<Job> next) {
    Instant now = clock.instant();
    boolean isFirst = first && !next.isEmpty();
    if (isFirst) {
      began = now;
    }
    Map<String, Entry> byId = new LinkedHashMap<>();
    Map<String, String> keys = new HashMap<>();
    next.forEach(job -> byId.put(job.id(), entry(job, now, keys)));
    Map<String, List<Entry>> byKey = new LinkedHashMap<>();
    for (Entry entry : byId.values()) {
      byKey.computeIfAbsent(entry.key, k -> new ArrayList<>(1)).add(entry);
    }
    Jobs before = jobs;
    jobs = new Jobs(byId, byKey, byId.values().stream().map(Entry::job).toList());
    List<String> added = minus(byId.keySet(), before.byId);
    List<String> removed = minus(before.byId.keySet(), byId);
    List<String> changed =
        byId.values().stream().map(Entry::job).filter(before::differs).map(Job::id).toList();
    return new Change(
        added,
        removed,
        changed,
        byKey.entrySet().stream()
            // Neither @reboot nor a past @at needs an alarm.
            .filter(e -> firesAgain(e.getValue(), now))
            .map(e -> route(e.getKey(), e.getValue(), now))
            .toList(),
        isFirst);
  }

  private boolean firesAgain(List<Entry> entries, Instant now) {
    return entries.get(0).job.schedule().next(now).isPresent()
        && entries.stream().anyMatch(e -> !once.isDone(e.job));
  }

  private static List<String> minus(Collection<String> ids, Map<String, ?> others) {
    return ids.stream().filter(id -> !others.containsKey(id)).toList();
  }

  private static CronRoute route(String key, List<Entry> entries, Instant now) {
    Job first = entries.get(0).job;
    String names = entries.stream().limit(10).map(e -> e.job.id()).collect(Collectors.joining(" "));
    String more = entries.size() > 10 ? " and " + (entries.size() - 10) + " more" : "";
    return new CronRoute(
        key,
        first.schedule(),
        now,
        first.schedule().expression() + " " + first.schedule().zone() + ": " + names + more);
  }

  /**
   * Fires the schedule with {@code key} for {@code scheduled}, and returns a run of each of its
   * jobs. A job that came into force after that instant gets none; one for which it is too late
   * gets a run that is only recorded. A run names the missed firings that were coalesced into it.
   */
  @CalledByRoute
  public List<Run> fire(String key, Instant scheduled) {
    Instant now = clock.instant();
    // Most jobs of a schedule came into force together.
    Map<Instant, Optional<MissedFirings>> passedSince = new HashMap<>();
    List<Run> runs = new ArrayList<>();
    for (Entry entry : jobs.byKey.getOrDefault(key, List.of())) {
      // If the job came into force in the future, the clock was set back since then.
      boolean tooNew = entry.since.isAfter(scheduled) && !entry.since.isAfter(now);
      Instant last = entry.fired.get();
      if (tooNew || !once.take(entry.job, scheduled) || !entry.take(scheduled)) {
        continue;
      }
      Run run = new Run(ids.next(), entry.job, scheduled, Run.Cause.SCHEDULE);
      Instant since = last.isAfter(entry.since) ? last : entry.since;
      Optional<MissedFirings> passed =
          passedSince.computeIfAbsent(
              since,
              from ->
                  MissedFirings.between(
                      entry.job.schedule(), from, scheduled.minus(Duration.ofNanos(1))));
      Run noted = passed.map(firings -> run.noting("coalesced: " + firings)).orElse(run);
      Duration allowed =
          entry.job.policies().catchUp().filter(c -> c.compareTo(grace) > 0).orElse(grace);
      Duration late = watch.late(entry.job.schedule(), scheduled);
      runs.add(late.compareTo(allowed) > 0 ? dropped(noted, late, allowed) : noted);
    }
    return runs;
  }

  private Run dropped(Run run, Duration late, Duration allowed) {
    dropped.incrementAndGet();
    LOG.atWarn()
        .addKeyValue("job", run.job().id())
        .addKeyValue("scheduled", run.scheduled())
        .addKeyValue("late", Durations.format(late))
        .log("firing dropped: later than crond.run.misfire-grace");
    return run.missed(
        "dropped, "
            + Durations.format(late)
            + " after its instant, "
            + Durations.format(allowed)
            + " are allowed");
  }

  /**
   * A manual run, requested by a user.
   *
   * @throws NoSuchJob if no job in force has the job-id {@code jobId}
   */
  @CalledByRoute
  public Run manualRun(String jobId) throws NoSuchJob {
    Job job = find(jobId).orElseThrow(() -> new NoSuchJob(jobId));
    return new Run(ids.next(), job, now(), Run.Cause.MANUAL);
  }

  /** The runs of the {@code @reboot} jobs. From now on, no crontab counts as the first. */
  @CalledByRoute
  public List<Run> rebootRuns() {
    first = false;
    return jobs.byId.values().stream()
        .map(Entry::job)
        .filter(job -> job.schedule() instanceof RebootSchedule)
        .map(job -> new Run(ids.next(), job, now(), Run.Cause.REBOOT))
        .toList();
  }

  /** The present time in milliseconds, the precision of records. */
  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }

  /**
   * The instant at which the job with {@code id} came into force with the first crontab, after
   * which it may have missed firings; empty for a job that was added later.
   */
  Optional<Instant> began(String id) {
    return since(id).filter(since -> !since.isAfter(began));
  }

  /** When the job with {@code id} came into force. */
  Optional<Instant> since(String id) {
    return Optional.ofNullable(jobs.byId.get(id)).map(Entry::since);
  }

  /** Notes that all firings of the job with {@code id} up to {@code last} are accounted for. */
  void noteAccountedFor(String id, Instant last) {
    once.done(id, last);
  }

  /** Whether {@code job}, which has a single instant ({@code @at}), is known to have fired. */
  boolean fired(Job job) {
    return once.fired(job);
  }

  /** The job with the job-id {@code id}; empty if there is none in force. */
  public Optional<Job> find(String id) {
    return Optional.ofNullable(jobs.byId.get(id)).map(Entry::job);
  }

  /**
   * The next instant of {@code job}, also after the clock was set back; empty if it never fires
   * again.
   */
  public Optional<Instant> next(Job job) {
    return once.isDone(job) ? Optional.empty() : watch.next(job.schedule());
  }

  /** All jobs, in the order of their lines; the same list until the crontab changes. */
  @CalledByRoute
  public List<Job> all() {
    return jobs.inOrder;
  }

  /** The number of firings dropped since the start because they were too late. */
  public long dropped() {
    return dropped.get();
  }
}
