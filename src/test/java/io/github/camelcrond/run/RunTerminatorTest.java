// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RunTerminatorTest {
  private final RunFixture fixture = new RunFixture();
  private final FakeProcess process = new FakeProcess();

  @Test
  void asksAProcessToEndAndKillsItLater() {
    fixture.terminator.end(process, Duration.ofSeconds(10));
    assertThat(process.signals).containsExactly("TERM");
    fixture.timer.pass(Duration.ofSeconds(9));
    assertThat(process.signals).containsExactly("TERM");
    fixture.timer.pass(Duration.ofSeconds(1));
    assertThat(process.signals).containsExactly("TERM", "KILL");
  }

  @Test
  void killsTheGroupAlsoWhenItsLeaderHasEnded() {
    fixture.terminator.end(process, Duration.ofSeconds(10));
    process.ended.complete(FakeProcess.TERMINATED);
    fixture.timer.pass(Duration.ofSeconds(10));
    assertThat(process.signals).containsExactly("TERM", "KILL");
  }

  @Test
  void killsOnceHoweverOftenItWasAsked() {
    fixture.terminator.end(process, Duration.ofSeconds(10));
    fixture.terminator.end(process, Duration.ofSeconds(10));
    fixture.timer.pass(Duration.ofSeconds(20));
    assertThat(process.signals).containsExactly("TERM", "TERM", "KILL");
    assertThat(fixture.timer.waiting()).isZero();
  }

  @Test
  void killsAtOnceWhatIsToBeKilledLater() {
    fixture.terminator.end(process, Duration.ofHours(1));
    fixture.terminator.killNow();
    assertThat(process.signals).containsExactly("TERM", "KILL");
    fixture.timer.pass(Duration.ofHours(1));
    assertThat(process.signals).containsExactly("TERM", "KILL");
  }
}
