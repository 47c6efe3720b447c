// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.job;

import io.github.camelcrond.crontab.Job;
import io.github.camelcrond.schedule.AtSchedule;
import io.github.camelcrond.schedule.Passed;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What earlier daemons have dealt with, for the jobs to which it matters: {@code CRON_CATCH_UP} and
 * {@code @at}. Each is asked for once, whenever the store answers.
 */
public final class CatchUp {
  private final RouteSet jobs;
  private final RunJournal journal;
  private final RunId ids;
  private final Clock clock;
  private final Set<String> known = new HashSet<>();

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
    Map<String, Instant> settled = journal.settled();
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
    }
    return first;
  }

  private static Instant instant(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeException e) {
      return Instant.MIN;
    }
  }
}
