// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.job;

import io.github.camelcrond.camel.CalledByRoute;
import io.github.camelcrond.crontab.Job;
import io.github.camelcrond.run.AccountedFirings;
import io.github.camelcrond.run.MissedFirings;
import io.github.camelcrond.run.Run;
import io.github.camelcrond.run.RunEnd;
import io.github.camelcrond.run.RunId;
import io.github.camelcrond.run.RunJournal;
import io.github.camelcrond.run.RunListener;
import io.github.camelcrond.schedule.AtSchedule;
import io.github.camelcrond.schedule.RebootSchedule;
import io.github.camelcrond.trigger.PassedFirings;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Finds the firings that were missed while no daemon ran, and those that no replica could claim.
 * {@code CRON_CATCH_UP} runs the last of them; otherwise they leave one record for each job. The
 * store is asked once for each job, as soon as it answers, for which firings earlier daemons have
 * accounted.
 */
public final class CatchUp implements RunListener {
  private static final Logger LOG = LoggerFactory.getLogger("crond.crontab");

  /** The maximum number of gaps that the reason of a record states. */
  private static final int MOST_GAPS = 10;

  private final JobTable jobs;
  private final RunJournal journal;
  private final RunId ids;
  private final Clock clock;
  private final Claimed claimed;
  private final Set<String> known = new HashSet<>();
  // The jobs in force at the last call, all of which were known.
  private List<Job> allKnown = List.of();
  private final Set<String> logged = new HashSet<>();
  // By job-id, the last instant whose firing could not be claimed.
  private final Map<String, Instant> unclaimed = new ConcurrentHashMap<>();
  // Jobs that have a record of this daemon, which accounts for their firings.
  private final Set<String> recorded = ConcurrentHashMap.newKeySet();

  /** Finds out which firings other replicas have claimed, even before these are recorded. */
  public interface Claimed {
    /**
     * The last firing of {@code job} after {@code after} and not after {@code end} with a claim.
     */
    Optional<Instant> last(Job job, Instant after, Instant end);
  }

  /**
   * Finds the missed firings of the jobs in {@code jobs}.
   *
   * @param journal has the runs that are not in the store yet
   * @param claimed has the claims of all replicas; none if there are no replicas
   */
  public CatchUp(JobTable jobs, RunJournal journal, RunId ids, Clock clock, Claimed claimed) {
    this.jobs = jobs;
    this.journal = journal;
    this.ids = ids;
    this.clock = clock;
    this.claimed = claimed;
  }

  /** The ids of the jobs for which the store has to be asked. */
  @CalledByRoute
  public synchronized List<String> jobsToLookUp() {
    return concerned().stream().map(Job::id).toList();
  }

  private List<Job> concerned() {
    List<Job> all = jobs.all();
    // Checked after each batch of ended runs.
    if (all == allKnown && unclaimed.isEmpty()) {
      return List.of();
    }
    List<Job> concerned =
        all.stream()
            .filter(job -> !(job.schedule() instanceof RebootSchedule))
            .filter(job -> !known.contains(job.id()) || unclaimed.containsKey(job.id()))
            .toList();
    if (concerned.isEmpty()) {
      allKnown = all;
    }
    return concerned;
  }

  @Override
  public void ended(Run run, RunEnd end) {
    if (end.accountsForFiring()) {
      recorded.add(run.job().id());
    }
    if (end.unclaimed() && run.job().policies().catchUp().isPresent()) {
      unclaimed.merge(run.job().id(), run.scheduled(), (a, b) -> a.isAfter(b) ? a : b);
    }
  }

  /**
   * One run for each job with missed firings: for the last of them if it is within the job's
   * window, otherwise a run that leaves a record only. Its note states the firings that it
   * coalesces.
   *
   * @param last the last scheduled instant that is accounted for (ISO-8601), by job-id
   */
  @CalledByRoute
  public synchronized List<Run> missedRuns(Map<String, String> last) {
    Map<String, AccountedFirings> journaled = journal.accountedFor();
    Map<Job, Accounted> accounted = new LinkedHashMap<>();
    concerned()
        .forEach(
            job ->
                accounted(
                        job,
                        Optional.ofNullable(last.get(job.id())).map(CatchUp::instant),
                        Optional.ofNullable(journaled.get(job.id())))
                    .ifPresent(found -> accounted.put(job, found)));
    // First ask for all of them, as Redis may fail in between; only then change any state.
    List<Run> runs = new ArrayList<>();
    accounted.forEach((job, found) -> missedRuns(job, found).ifPresent(runs::add));
    // Records of later firings must not reach the store before these, which they would hide.
    runs.forEach(journal::waiting);
    return runs;
  }

  /**
   * The firings of a job that earlier daemons have accounted for.
   *
   * @param last the last of them
   * @param gaps earlier firings without a record, as a daemon was killed before it recorded them
   */
  private record Accounted(Instant last, List<MissedFirings> gaps) {}

  private Optional<Accounted> accounted(
      Job job, Optional<Instant> stored, Optional<AccountedFirings> journaled) {
    Optional<Instant> last =
        Stream.of(stored, journaled.map(AccountedFirings::last))
            .flatMap(Optional::stream)
            .max(Comparator.naturalOrder());
    List<MissedFirings> gaps =
        journaled
            .filter(firings -> !known.contains(job.id()))
            .map(firings -> firings.gaps(job.schedule(), stored.orElseGet(firings::first)))
            .orElse(List.of());
    return last.map(
        instant ->
            new Accounted(
                withClaims(job, instant),
                gaps.stream()
                    .skip(Math.max(0, gaps.size() - MOST_GAPS))
                    .flatMap(gap -> unclaimed(job, gap).stream())
                    .toList()));
  }

  /**
   * The firings of {@code gap} that replicas have not claimed; a replica records those that it
   * claimed.
   */
  private Optional<MissedFirings> unclaimed(Job job, MissedFirings gap) {
    return claimed
        .last(job, gap.first().minusNanos(1), gap.last())
        .map(last -> MissedFirings.between(job.schedule(), last, gap.last()))
        .orElse(Optional.of(gap));
  }

  /**
   * {@code last}, or the last claimed firing if that is later. {@code last} may be the later one,
   * as workers may have executed later runs.
   */
  private Instant withClaims(Job job, Instant last) {
    return end(job)
        .flatMap(end -> claimed.last(job, last.isBefore(end) ? last : Instant.MIN, end))
        .orElse(last);
  }

  /** The latest instant that {@code job} may have missed; empty if it was added later. */
  private Optional<Instant> end(Job job) {
    return Optional.ofNullable(unclaimed.get(job.id())).or(() -> jobs.began(job.id()));
  }

  private Optional<Run> missedRuns(Job job, Accounted accounted) {
    Instant last = accounted.last();
    jobs.noteAccountedFor(job.id(), last);
    known.add(job.id());
    Optional<Instant> end = end(job);
    boolean skipped = end.filter(e -> unclaimed.remove(job.id(), e)).isPresent();
    Optional<Run> run = end.flatMap(until -> toMakeUpFor(job, last, until));
    run.ifPresentOrElse(
        due -> jobs.noteAccountedFor(job.id(), due.scheduled()), () -> logIfPast(job));
    List<MissedFirings> missed = new ArrayList<>(accounted.gaps());
    if (run.isEmpty() && !skipped) {
      end.flatMap(until -> MissedFirings.between(job.schedule(), last, until))
          .ifPresent(missed::add);
    }
    if (missed.isEmpty()) {
      return run;
    }
    String why =
        missed.stream().map(m -> "daemon was down: " + m).collect(Collectors.joining("; "));
    Instant scheduled = missed.get(missed.size() - 1).last();
    return run.map(due -> due.noting(why))
        .or(() -> Optional.of(new Run(ids.next(), job, scheduled, Run.Cause.SCHEDULE).missed(why)));
  }

  private Optional<Run> toMakeUpFor(Job job, Instant last, Instant end) {
    return job.policies().catchUp().flatMap(window -> toMakeUpFor(job, last, end, window));
  }

  private Optional<Run> toMakeUpFor(Job job, Instant last, Instant end, Duration window) {
    Instant opens = end.minus(window).minusMillis(1);
    return PassedFirings.last(job.schedule(), last.isBefore(opens) ? opens : last, end)
        .map(due -> standsFor(new Run(ids.next(), job, due, Run.Cause.CATCH_UP), last));
  }

  private static Run standsFor(Run run, Instant last) {
    return MissedFirings.between(run.job().schedule(), last, run.scheduled().minusNanos(1))
        .map(firings -> run.noting("coalesced: " + firings))
        .orElse(run);
  }

  /**
   * The jobs that are seen for the first time, each with the instant at which it came into force.
   * Later firings without a run count as missed.
   */
  @CalledByRoute
  public synchronized Map<String, String> newJobs() {
    Map<String, String> first = new TreeMap<>();
    for (String id : jobsToLookUp()) {
      known.add(id);
      unclaimed.remove(id);
      jobs.since(id)
          .filter(since -> !recorded.contains(id))
          .ifPresent(since -> first.put(id, since.toString()));
      jobs.find(id).ifPresent(this::logIfPast);
    }
    return first;
  }

  /**
   * Logs for each of {@code jobs} with a past {@code @at} whether it has run: once, and as soon as
   * that is known.
   */
  public synchronized void logPast(Collection<Job> jobs) {
    jobs.stream().filter(job -> known.contains(job.id())).forEach(this::logIfPast);
  }

  private void logIfPast(Job job) {
    boolean past = job.schedule() instanceof AtSchedule at && !at.at().isAfter(clock.instant());
    if (!past || !logged.add(job.id() + ' ' + job.schedule().expression())) {
      return;
    }
    boolean fired = jobs.fired(job);
    LOG.atLevel(fired ? Level.INFO : Level.WARN)
        .addKeyValue("job", job.id())
        .addKeyValue("line", job.line())
        .addKeyValue("schedule", job.text())
        .log(
            fired
                ? "job does not fire again: its time is past and was handled"
                : "job does not fire: its time is past");
  }

  private static Instant instant(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeException e) {
      return Instant.MIN;
    }
  }
}
