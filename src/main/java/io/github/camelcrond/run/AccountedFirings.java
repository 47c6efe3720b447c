// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.run;

import io.github.camelcrond.schedule.Schedule;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * The firings of a job for which there are records: those that a record is about, and those that
 * its reason names as missed. Safe for use by several threads once the journal has been recovered.
 */
public final class AccountedFirings {
  /** Ranges of instants, which may overlap: the last instant by the first. */
  private final TreeMap<Instant, Instant> ranges = new TreeMap<>();

  private Instant last = Instant.MIN;

  void add(RunEnd end) {
    add(end.scheduled(), end.scheduled());
    end.reason()
        .map(MissedFirings::in)
        .ifPresent(all -> all.forEach(m -> add(m.first(), m.last())));
  }

  private void add(Instant from, Instant to) {
    ranges.merge(from, to, (a, b) -> a.isAfter(b) ? a : b);
    last = to.isAfter(last) ? to : last;
  }

  /** The first instant. */
  public Instant first() {
    return ranges.firstKey();
  }

  /** The last instant. */
  public Instant last() {
    return last;
  }

  /** The firings after {@code after} and before {@link #last} for which there is no record. */
  public List<MissedFirings> gaps(Schedule schedule, Instant after) {
    List<MissedFirings> gaps = new ArrayList<>();
    Instant[] from = {after};
    ranges.forEach(
        (begin, end) -> {
          if (begin.isAfter(from[0])) {
            MissedFirings.between(schedule, from[0], begin.minusNanos(1)).ifPresent(gaps::add);
          }
          from[0] = end.isAfter(from[0]) ? end : from[0];
        });
    return gaps;
  }
}
