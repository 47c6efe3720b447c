// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Compares with the slow model over random schedules, in all zones, around their clock changes.
 *
 * <p>{@code -Dschedule.seed=N} repeats a run, {@code -Dschedule.cases=N} makes it longer.
 */
class SchedulePropertyTest {
  private static final Duration WINDOW = Duration.ofHours(30);
  private static final Instant FUTURE = Instant.parse("2024-01-01T00:00:00Z");

  private final long seed = Long.getLong("schedule.seed", System.nanoTime());
  private final int cases = Integer.getInteger("schedule.cases", 24_000);

  @Test
  void firesWhenTheModelSays() throws ScheduleException {
    System.out.println("SchedulePropertyTest: -Dschedule.seed=" + seed + " cases=" + cases);
    Random random = new Random(seed);
    RandomSchedules schedules = new RandomSchedules(random);
    List<ZoneId> zones = ZoneId.getAvailableZoneIds().stream().sorted().map(ZoneId::of).toList();
    for (int i = 0; i < cases; i++) {
      ZoneId zone = zones.get(i % zones.size());
      compare(schedules.next(), zone, aroundChange(zone.getRules(), random));
    }
  }

  @Test
  void aSecondInFrontMovesEachInstantByAsMuch() throws ScheduleException {
    Random random = new Random(seed);
    RandomSchedules schedules = new RandomSchedules(random);
    for (int i = 0; i < cases; i++) {
      String expression = schedules.next().expression();
      int second = random.nextInt(60);
      Instant after = FUTURE.plusSeconds(random.nextInt(400 * 86_400));
      Schedule minutes = ScheduleParser.parse(expression, ZoneOffset.UTC, "").schedule();
      Schedule seconds =
          ScheduleParser.parse(second + " " + expression, ZoneOffset.UTC, "").schedule();

      assertThat(seconds.next(after))
          .as("%s after %s, seed %d", seconds.expression(), after, seed)
          .isEqualTo(minutes.next(after.minusSeconds(second)).map(at -> at.plusSeconds(second)));
    }
  }

  private void compare(SlowSchedule model, ZoneId zone, Instant after) throws ScheduleException {
    Instant until = after.plus(WINDOW);
    Schedule schedule = ScheduleParser.parse(model.expression(), zone, "").schedule();

    Optional<Firing> next =
        schedule.nextFiring(after).filter(firing -> !firing.at().isAfter(until));

    assertThat(next.map(Firing::at))
        .as("%s in %s after %s, seed %d", model.expression(), zone, after, seed)
        .isEqualTo(model.next(after, until, zone));
    next.ifPresent(
        firing ->
            assertThat(firing.change() == Firing.ClockChange.SKIPPED)
                .as("%s in %s after %s is moved", model.expression(), zone, after)
                .isEqualTo(!firing.at().atZone(zone).toLocalDateTime().equals(firing.wall())));
  }

  private static Instant aroundChange(ZoneRules rules, Random random) {
    List<Instant> changes = new ArrayList<>();
    rules.getTransitions().forEach(change -> changes.add(change.getInstant()));
    Instant instant = random.nextInt(20) == 0 ? Instant.parse("8765-01-01T00:00:00Z") : FUTURE;
    for (int i = 0; i < 12; i++) {
      ZoneOffsetTransition change = rules.nextTransition(instant);
      if (change == null) {
        break;
      }
      instant = change.getInstant();
      changes.add(instant);
    }
    Instant change = changes.isEmpty() ? FUTURE : changes.get(random.nextInt(changes.size()));
    // Half of them within the two hours where most goes wrong.
    int around = (random.nextBoolean() ? 24 : 2) * 3600;
    return change.plusSeconds(random.nextInt(2 * around) - around).plusNanos(random.nextInt(2));
  }
}
