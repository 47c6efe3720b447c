// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.job;

import io.github.camelcrond.crontab.Job;
import io.github.camelcrond.schedule.AtSchedule;
import io.github.camelcrond.schedule.Passed;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * What earlier daemons have dealt with, for the jobs to which it matters: {@code CRON_CATCH_UP} and
 * {@code @at}. Each is asked for once, whenever the store answers.
 */
public final class CatchUp {
  private static final Logger LOG = LoggerFactory.getLogger("crond.crontab");

  private final RouteSet jobs;
  private final RunJournal journal;
  private final RunId ids;
  private final Clock clock;
  private final Set<String> known = new HashSet<>();
  private final Set<String> told = new HashSet<>();

  /**
   * For the jobs of {@code jobs}.
   *
   * @param journal knows of runs that the store does not know of yet
   */
  public CatchUp(RouteSet jobs, RunJournal journal, RunId ids, Clock clock) {
    this.jobs = jobs;
    this.journal = journal;
    this.ids = ids;
    this.clock = clock;
  }

  /** Jobs of which it is not known yet what was dealt with, by job-id. */
  public synchronized List<String> unknown() {
    return concerned().map(Job::id).filter(id -> !known.contains(id)).toList();
  }

  private Stream<Job> concerned() {
    return jobs.all().stream()
        .filter(
            job -> job.policies().catchUp().isPresent() || job.schedule() instanceof AtSchedule);
  }

  /**
   * One run for each job that has missed a firing within its window, while nobody was there to run
   * it.
   *
   * @param last by job-id the last scheduled instant that was dealt with (ISO-8601)
   */
  public synchronized List<Run> missed(Map<String, String> last) {
    Map<String, Instant> settled = journal.accountedFor();
    return concerned()
        .filter(job -> !known.contains(job.id()))
        .flatMap(
            job ->
                Stream.of(
                    Optional.ofNullable(last.get(job.id())).map(CatchUp::instant),
                    Optional.ofNullable(settled.get(job.id())))
                    .flatMap(Optional::stream)
                    .max(Comparator.naturalOrder())
                    .flatMap(dealtWith -> missed(job, dealtWith))
                    .stream())
        .toList();
  }

  private Optional<Run> missed(Job job, Instant last) {
    jobs.dealtWith(job.id(), last);
    known.add(job.id());
    Optional<Run> run = toMakeUpFor(job, last);
    run.ifPresentOrElse(due -> jobs.dealtWith(job.id(), due.scheduled()), () -> tellIfPast(job));
    return run;
  }

  private Optional<Run> toMakeUpFor(Job job, Instant last) {
    Optional<Duration> window = job.policies().catchUp();
    return jobs.began(job.id())
        .filter(since -> window.isPresent())
        .flatMap(
            since -> {
              Instant opens = since.minus(window.orElseThrow()).minusMillis(1);
              return Passed.last(job.schedule(), last.isBefore(opens) ? opens : last, since);
            })
        .map(due -> new Run(ids.next(), job, due, Run.Cause.CATCH_UP));
  }

  /**
   * Jobs that are seen for the first time, with the present instant: what comes after it is missed
   * if nobody runs it.
   */
  public synchronized Map<String, String> firstSeen() {
    String now = clock.instant().toString();
    Map<String, String> first = new TreeMap<>();
    for (String id : unknown()) {
      known.add(id);
      first.put(id, now);
      jobs.find(id).ifPresent(this::tellIfPast);
    }
    return first;
  }

  /**
   * Says once of each {@code @at} of {@code jobs} that is past whether it has run; of one of which
   * that is not known yet, as soon as it is.
   */
  public synchronized void tellPast(Collection<Job> jobs) {
    jobs.stream().filter(job -> known.contains(job.id())).forEach(this::tellIfPast);
  }

  private void tellIfPast(Job job) {
    boolean past = job.schedule() instanceof AtSchedule at && !at.at().isAfter(clock.instant());
    if (!past || !told.add(job.id() + ' ' + job.schedule().expression())) {
      return;
    }
    boolean fired = jobs.fired(job);
    LOG.atLevel(fired ? Level.INFO : Level.WARN)
        .addKeyValue("job", job.id())
        .addKeyValue("line", job.line())
        .addKeyValue("schedule", job.text())
        .log(
            fired
                ? "job has had its one firing, it does not fire again"
                : "job does not fire, its instant is past");
  }

  private static Instant instant(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeException e) {
      return Instant.MIN;
    }
  }
}
