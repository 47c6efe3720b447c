// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

/** What the jobs do when the clock is set, or everything stands still for a while. */
class ClockTest {
  private static final Instant START = Instant.parse("2026-05-05T00:00:00Z");

  /** The clock is set, or the machine stalls, at {@code at}; then everything goes on to the end. */
  @ParameterizedTest(name = "{0}: {1}")
  @CsvFileSource(resources = "/spec/clock.csv", delimiter = '|', useHeadersInDisplayName = true)
  void goesOnSensibly(
      String rule,
      String schedule,
      String at,
      String event,
      String end,
      String fired,
      long coalesced,
      long dropped) {
    Simulation daemon = new Simulation(schedule + " - x\n", at(at).minusSeconds(600));
    daemon.runUntil(at(at), Duration.ZERO);
    daemon.fired.clear();
    Duration by = Duration.parse(event.substring(event.indexOf(' ') + 1));
    if (event.startsWith("stall")) {
      daemon.clock.pass(by);
    } else {
      daemon.clock.set(by);
    }

    daemon.runUntil(at(end), Duration.ZERO);

    assertThat(daemon.fired).as(rule).isEqualTo(instants(fired));
    assertThat(daemon.coalesced).as("coalesced").isEqualTo(coalesced);
    assertThat(daemon.jobs.dropped()).as("dropped").isEqualTo(dropped);
  }

  private static List<Instant> instants(String text) {
    return text.equals("-")
        ? List.of()
        : Arrays.stream(text.split(" ")).map(ClockTest::at).toList();
  }

  private static Instant at(String time) {
    return Instant.parse("2026-05-" + time + "Z");
  }

  @Test
  void jobThatCameWithinTheMinuteDoesNotRunForIt() {
    Simulation daemon = new Simulation("* * * * * - old\n", START.plusSeconds(1));
    daemon.clock.passUntil(START.plusSeconds(61));
    daemon.load("* * * * * - old\n* * * * * - new\n");

    daemon.runUntil(START.plusSeconds(130), Duration.ofSeconds(2));

    assertThat(daemon.fired)
        .containsExactly(START.plusSeconds(60), START.plusSeconds(120), START.plusSeconds(120));
  }

  @Test
  void jobThatWasThereBeforeTheClockWasSetBackRuns() {
    Simulation daemon = new Simulation("* * * * * - x\n", START.plus(Duration.ofDays(3650)));
    daemon.clock.set(Duration.ofDays(-3650));
    String key = daemon.load("* * * * * - x\n").routes().get(0).key();

    assertThat(daemon.jobs.fire(key, START)).hasSize(1);
  }

  @Test
  void jobAtAnInstantRunsOnceEvenIfTheClockIsSetBack() {
    String crontab = "@at 2026-05-05T00:10 - x\n";
    Simulation daemon = new Simulation(crontab, START);
    daemon.runUntil(START.plusSeconds(660), Duration.ZERO);
    String key = daemon.load("* * * * * - y\n" + crontab).routes().get(0).key();
    daemon.clock.set(Duration.ofMinutes(-5));

    JobTable.Change change = daemon.load(crontab);

    assertThat(daemon.fired).containsExactly(START.plusSeconds(600));
    assertThat(change.routes()).isEmpty();
    assertThat(daemon.jobs.fire(key, START.plusSeconds(600))).isEmpty();
  }
}
