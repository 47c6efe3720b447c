// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.job;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.github.camelcrond.schedule.CronieLoop;
import io.github.camelcrond.schedule.RandomSchedules;
import io.github.camelcrond.schedule.SlowSchedule;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/**
 * A simulated year of alarms against the slow model, over random schedules. {@code -Dyear.seed=N}
 * repeats a run.
 */
class YearTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:30Z");
  private static final Instant END = Instant.parse("2027-01-01T00:00:30Z");
  private static final int SCHEDULES = 12;

  @BeforeAll
  static void runsAreDroppedSilently() {
    level(Level.ERROR);
  }

  @AfterAll
  static void runsAreDroppedAloud() {
    level(Level.INFO);
  }

  private static void level(Level level) {
    ((Logger) LoggerFactory.getLogger("crond.run")).setLevel(level);
  }

  private final long seed = Long.getLong("year.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final RandomSchedules schedules = new RandomSchedules(random);

  @ParameterizedTest
  @ValueSource(strings = {"Europe/Berlin", "America/New_York", "Australia/Lord_Howe"})
  void firesInTheMinutesOfTheModel(ZoneId zone) {
    System.out.println("YearTest: -Dyear.seed=" + seed);
    for (int i = 0; i < SCHEDULES; i++) {
      SlowSchedule model = schedules.next();
      Simulation daemon = daemon(model, zone);

      daemon.runUntil(END, Duration.ofMillis(random.nextInt(2_000)));

      assertThat(daemon.fired)
          .as("%s in %s, seed %d", model.expression(), zone, seed)
          .isEqualTo(List.copyOf(model.all(START, END.minusSeconds(10), zone)));
    }
  }

  /** Whatever the clock does: each instant fires, is coalesced or is dropped, and none twice. */
  @ParameterizedTest
  @ValueSource(strings = {"Europe/Berlin", "America/New_York", "Australia/Lord_Howe"})
  void accountsForEachInstantWhateverTheClockDoes(ZoneId zone) {
    for (int i = 0; i < SCHEDULES; i++) {
      SlowSchedule model = schedules.next();
      Simulation daemon = daemon(model, zone);
      Instant reached = START;
      for (int day = 1; day < 365; day++) {
        // Wildcards run by the new time, and so again; so do all when it is too far in sum.
        Instant today = START.plus(Duration.ofDays(day - 1));
        disturb(daemon, model.fixed() && !daemon.clock.instant().isAfter(today));
        daemon.runUntil(START.plus(Duration.ofDays(day)), Duration.ZERO);
        // The clock may be set back after it, to the end.
        reached = Collections.max(List.of(reached, daemon.clock.instant()));
      }

      Set<Instant> expected = model.all(START, reached, zone);
      expected.removeIf(at -> daemon.mayFire() && !at.isBefore(daemon.next().minusMillis(2)));
      Set<Instant> fired = new HashSet<>(daemon.fired);
      assertThat(fired).as("none twice, seed %d", seed).hasSameSizeAs(daemon.fired);
      assertThat(expected.containsAll(fired)).as("none made up, seed %d", seed).isTrue();
      assertThat(daemon.fired.size() + daemon.coalesced + daemon.jobs.dropped())
          .as("%s in %s, seed %d", model.expression(), zone, seed)
          .isEqualTo(expected.size());
    }
  }

  /** A clock that is set back by 5 minutes to 3 hours, once a day. */
  @Test
  void followsAClockThatIsSetBackAsCronieDoes() {
    for (int i = 0; i < 200; i++) {
      SlowSchedule model = schedules.next();
      Instant set = START.plus(Duration.ofMinutes(random.nextInt(365 * 1440)));
      Instant begin = set.minus(Duration.ofHours(6)).minusSeconds(30);
      Instant end = begin.plus(Duration.ofHours(18));
      Duration by = Duration.ofMinutes(6 + random.nextInt(170));
      Simulation daemon = new Simulation(model.expression() + " - x\n", begin);

      daemon.runUntil(set, Duration.ZERO);
      List<Instant> fired = new ArrayList<>(daemon.fired);
      daemon.clock.set(by.negated());
      daemon.runUntil(end.minus(by).plusSeconds(1), Duration.ZERO);
      daemon.fired.stream().skip(fired.size()).map(at -> at.plus(by)).forEach(fired::add);

      assertThat(fired)
          .as("%s set back by %s at %s, seed %d", model.expression(), by, set, seed)
          .containsExactlyElementsOf(
              new CronieLoop(model, ZoneOffset.UTC)
                  .run(begin, end, now -> now.isAfter(set) ? now.minus(by) : now));
    }
  }

  private void disturb(Simulation daemon, boolean back) {
    switch (random.nextInt(4)) {
      case 0 -> daemon.clock.pass(Duration.ofMinutes(random.nextInt(600)));
      case 1 -> daemon.clock.set(Duration.ofMinutes(random.nextInt(5_000)));
      case 2 -> daemon.clock.set(Duration.ofMinutes(back ? -random.nextInt(180) : 0));
      default -> {}
    }
  }

  private static Simulation daemon(SlowSchedule model, ZoneId zone) {
    return new Simulation("CRON_TZ=" + zone + "\n" + model.expression() + " - x\n", START);
  }
}
