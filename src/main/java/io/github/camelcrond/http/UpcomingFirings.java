// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.http;

import io.github.camelcrond.crontab.Job;
import io.github.camelcrond.schedule.Schedule;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The firings of the next hours: the first ones individually, and the whole period in 96 slots with
 * the number of jobs, the number of those that fire at most 48 times in the period, the number of
 * firings, and the names of some of the latter jobs.
 */
final class UpcomingFirings {
  private static final int SLOTS = 96;

  /** For a schedule that fires more often than this, the rest is extrapolated from its rate. */
  private static final int MOST = 3_000;

  private static final int SELDOM = 48;
  private static final int NAMED = 5;

  private record UpcomingFiring(Instant at, Job job) {
    Map<String, Object> facts() {
      Map<String, Object> facts = new LinkedHashMap<>();
      facts.put("at", at);
      facts.put("job", job.id());
      return facts;
    }
  }

  private static final class Slot {
    double firings;
    int jobs;
    int seldom;
    final List<String> named = new ArrayList<>();

    Map<String, Object> facts() {
      Map<String, Object> facts = new LinkedHashMap<>();
      facts.put("jobs", jobs);
      facts.put("seldom", seldom);
      facts.put("firings", Math.round(firings));
      facts.put("named", named);
      return facts;
    }
  }

  private final Instant from;
  private final Duration span;
  private final int limit;
  private final List<Slot> slots = new ArrayList<>();
  private final List<UpcomingFiring> firings = new ArrayList<>();

  private UpcomingFirings(Instant from, Duration span, int limit) {
    this.from = from;
    this.span = span;
    this.limit = limit;
    for (int i = 0; i < SLOTS; i++) {
      slots.add(new Slot());
    }
  }

  /**
   * @param next the first firing of a job after {@code from}
   */
  static Map<String, Object> of(
      Collection<Job> jobs,
      Function<Job, Optional<Instant>> next,
      Instant from,
      Duration span,
      int limit) {
    UpcomingFirings upcoming = new UpcomingFirings(from, span, limit);
    Map<String, List<Job>> bySchedule = new HashMap<>();
    for (Job job : jobs) {
      Schedule schedule = job.schedule();
      bySchedule.computeIfAbsent(schedule.identity(), s -> new ArrayList<>()).add(job);
    }
    bySchedule.values().forEach(same -> upcoming.add(same, next.apply(same.get(0))));
    return upcoming.facts();
  }

  private void add(List<Job> jobs, Optional<Instant> first) {
    Schedule schedule = jobs.get(0).schedule();
    Instant end = from.plus(span);
    double[] counts = new double[SLOTS];
    Instant reached = from;
    int count = 0;
    Optional<Instant> next = first;
    while (next.isPresent() && !next.get().isAfter(end) && count < MOST) {
      reached = next.get();
      counts[slot(reached)]++;
      if (count < limit) {
        for (Job job : jobs) {
          firings.add(new UpcomingFiring(reached, job));
        }
      }
      count++;
      next = schedule.next(reached);
    }
    if (count == MOST) {
      extrapolate(counts, reached, end, (double) MOST / Duration.between(from, reached).toMillis());
    }
    fill(counts, jobs, count);
  }

  /** Extrapolates at a rate in firings per millisecond. */
  private void extrapolate(double[] counts, Instant reached, Instant end, double rate) {
    long width = span.toMillis() / SLOTS;
    for (int i = slot(reached); i < SLOTS; i++) {
      Instant start = from.plusMillis(i * width);
      Instant to = from.plusMillis((i + 1) * width);
      Instant begin = start.isBefore(reached) ? reached : start;
      counts[i] += rate * Duration.between(begin, to.isAfter(end) ? end : to).toMillis();
    }
  }

  private void fill(double[] counts, List<Job> jobs, int count) {
    for (int i = 0; i < SLOTS; i++) {
      if (counts[i] == 0) {
        continue;
      }
      Slot slot = slots.get(i);
      slot.firings += counts[i] * jobs.size();
      slot.jobs += jobs.size();
      if (count <= SELDOM) {
        slot.seldom += jobs.size();
        jobs.stream().map(Job::id).limit(NAMED - slot.named.size()).forEach(slot.named::add);
      }
    }
  }

  private int slot(Instant at) {
    long part = Duration.between(from, at).toMillis() * SLOTS / span.toMillis();
    return (int) Math.min(SLOTS - 1, part);
  }

  private Map<String, Object> facts() {
    firings.sort(
        Comparator.comparing(UpcomingFiring::at).thenComparing(firing -> firing.job().line()));
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("from", from);
    facts.put("to", from.plus(span));
    facts.put("slots", slots.stream().map(Slot::facts).toList());
    facts.put("firings", firings.stream().limit(limit).map(UpcomingFiring::facts).toList());
    facts.put("more", firings.size() > limit);
    return facts;
  }
}
