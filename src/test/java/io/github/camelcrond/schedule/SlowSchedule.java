// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.schedule;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneRules;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * The rule of cron, written down as slowly and plainly as can be: it walks over all minutes of the
 * wall clock that the fields allow, and asks java.time where that minute lies. Shares nothing with
 * the code under test.
 *
 * @param fixed whether neither minute nor hour begins with a star
 */
public record SlowSchedule(
    String expression,
    Set<Integer> minutes,
    Set<Integer> hours,
    Predicate<LocalDate> days,
    boolean fixed) {

  /** Wall clocks of one zone never differ by more than that from one moment to the next. */
  private static final int HOURS_AROUND = 26;

  /** First instant after {@code after} and not beyond {@code until}. */
  Optional<Instant> next(Instant after, Instant until, ZoneId zone) {
    return all(after, until, zone).stream().findFirst();
  }

  /** All instants after {@code after} and not beyond {@code until}. */
  public SortedSet<Instant> all(Instant after, Instant until, ZoneId zone) {
    ZoneRules rules = zone.getRules();
    LocalDateTime first = LocalDateTime.ofInstant(after, zone).minusHours(HOURS_AROUND);
    LocalDateTime last = LocalDateTime.ofInstant(until, zone).plusHours(HOURS_AROUND);
    SortedSet<Instant> all = new TreeSet<>();
    for (LocalDate date = first.toLocalDate();
        !date.isAfter(last.toLocalDate());
        date = date.plusDays(1)) {
      if (!days.test(date)) {
        continue;
      }
      for (LocalDateTime wall : times(date)) {
        for (Instant at : firings(wall, rules)) {
          if (at.isAfter(after) && !at.isAfter(until)) {
            all.add(at);
          }
        }
      }
    }
    return all;
  }

  private List<LocalDateTime> times(LocalDate date) {
    List<LocalDateTime> times = new ArrayList<>();
    for (int hour : hours) {
      for (int minute : minutes) {
        times.add(date.atTime(hour, minute));
      }
    }
    return times;
  }

  /** Whether the fields allow that minute of the wall clock. */
  boolean allows(LocalDateTime wall) {
    return minutes.contains(wall.getMinute())
        && hours.contains(wall.getHour())
        && days.test(wall.toLocalDate());
  }

  private List<Instant> firings(LocalDateTime wall, ZoneRules rules) {
    List<ZoneOffset> offsets = rules.getValidOffsets(wall);
    if (offsets.isEmpty()) {
      return fixed ? List.of(rules.getTransition(wall).getInstant()) : List.of();
    }
    return offsets.stream().limit(fixed ? 1 : 2).map(wall::toInstant).toList();
  }
}
