// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelcrond.crontab.Crontab;
import io.github.camelcrond.run.RunFixture;
import io.github.camelcrond.trigger.ClockWatch;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CrontabLoadTest {
  private static final Crontab EMPTY = new Crontab(List.of(), List.of(), List.of());

  private final RunFixture fixture = new RunFixture();
  private final JobTable set =
      new JobTable(
          fixture.clock,
          fixture.ids,
          Duration.ofSeconds(60),
          new ClockWatch(fixture.clock, fixture.clock::nanos));
  private final CrontabLoad load =
      new CrontabLoad(
          "crontab",
          fixture.clock,
          fixture.clock::nanos,
          new CatchUp(
              set,
              RunFixture.journal(fixture.clock, 1024),
              fixture.ids,
              fixture.clock,
              (job, after, end) -> Optional.empty()));

  @Test
  void saysHowLongALoadHasBeenRunningWhateverTheWallClockShows() {
    assertThat(load.running()).isZero();
    load.begin();
    fixture.clock.set(Duration.ofHours(-1));
    fixture.clock.pass(Duration.ofSeconds(90));
    assertThat(load.running()).hasSeconds(90);
    load.report(EMPTY, set.replace(EMPTY.jobs()));
    assertThat(load.running()).isZero();
  }

  @Test
  void saysWhyTheLastLoadFailedUntilOneDoesNot() {
    load.begin();
    load.noteFailure(new IllegalStateException("cannot schedule"));
    assertThat(load.failure()).isEqualTo("cannot schedule");
    assertThat(load.running()).isZero();
    load.report(EMPTY, set.replace(EMPTY.jobs()));
    assertThat(load.failure()).isEmpty();
  }
}
