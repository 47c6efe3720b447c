// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.zone.ZoneOffsetTransition;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Compares with cronie's own loop around the clock changes of all zones from 1980 to 2040, as far
 * as cronie knows them for such: above 5 minutes and below 3 hours.
 *
 * <p>{@code -Dschedule.seed=N} repeats a run.
 */
class CronieLoopTest {
  private static final Instant END = Instant.parse("2040-01-01T00:00:00Z");
  private static final Duration AROUND = Duration.ofHours(15);

  private final long seed = Long.getLong("schedule.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final RandomSchedules schedules = new RandomSchedules(random);

  @Test
  void firesWhenCronieFires() throws ScheduleException {
    System.out.println("CronieLoopTest: -Dschedule.seed=" + seed);
    for (String id : new TreeSet<>(ZoneId.getAvailableZoneIds())) {
      ZoneId zone = ZoneId.of(id);
      Instant from = Instant.parse((1980 + random.nextInt(58)) + "-01-01T00:00:00Z");
      for (int i = 0; i < 12; i++) {
        Optional<ZoneOffsetTransition> change = nextOrdinary(zone, from);
        if (change.isEmpty()) {
          break;
        }
        from = change.get().getInstant();
        compare(zone, from);
      }
    }
  }

  private static Optional<ZoneOffsetTransition> nextOrdinary(ZoneId zone, Instant from) {
    ZoneOffsetTransition change = zone.getRules().nextTransition(from);
    while (change != null && change.getInstant().isBefore(END)) {
      long seconds = change.getDuration().abs().toSeconds();
      if (seconds > 5 * 60 && seconds < 179 * 60 && seconds % 60 == 0) {
        return Optional.of(change);
      }
      change = zone.getRules().nextTransition(change.getInstant());
    }
    return Optional.empty();
  }

  private void compare(ZoneId zone, Instant change) throws ScheduleException {
    SlowSchedule made = schedules.next();
    Instant start = change.minus(AROUND);
    Instant end = change.plus(AROUND);
    Schedule schedule = ScheduleParser.parse(made.expression(), zone, "").schedule();

    Set<Instant> fired = new TreeSet<>();
    Optional<Instant> next = schedule.next(start);
    while (next.isPresent() && !next.get().isAfter(end)) {
      fired.add(next.get());
      next = schedule.next(next.get());
    }

    assertThat(fired)
        .as("%s in %s around %s, seed %d", made.expression(), zone, change, seed)
        .isEqualTo(new CronieLoop(made, zone).run(start, end));
  }
}
