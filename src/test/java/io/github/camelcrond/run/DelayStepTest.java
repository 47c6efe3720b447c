// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DelayStepTest {
  private final RunFixture fixture = new RunFixture();
  private final List<String> passed = new ArrayList<>();
  private Duration length = Duration.ofSeconds(10);
  private final DelayStep pause =
      new DelayStep(run -> length, fixture.timer, Runnable::run, fixture.runs);

  @Test
  void letsARunPassAfterItsTime() {
    Run run = arrive();
    fixture.timer.pass(Duration.ofSeconds(9));
    assertThat(passed).isEmpty();
    assertThat(pause.waiting()).isEqualTo(1);
    fixture.timer.pass(Duration.ofSeconds(1));
    assertThat(passed).containsExactly(run.id());
    assertThat(pause.waiting()).isZero();
  }

  @Test
  void letsARunWithoutDelayPassAtOnce() {
    length = Duration.ZERO;
    Run run = arrive();
    assertThat(passed).containsExactly(run.id());
  }

  @Test
  void letsARunPassEarlyWhenItIsWoken() {
    Run run = arrive();
    arrive();
    pause.dismiss(run, "killed");
    assertThat(passed).containsExactly(run.id());
    assertThat(fixture.timer.waiting()).isEqualTo(1);
  }

  @Test
  void letsARunPassOnceHoweverOftenItIsWoken() {
    Run run = arrive();
    pause.dismiss(run, "killed");
    pause.dismiss(run, "killed");
    fixture.timer.pass(Duration.ofSeconds(10));
    assertThat(passed).containsExactly(run.id());
  }

  @Test
  void letsAllPassOnceItIsClosed() {
    Run waiting = arrive();
    pause.close("stop");
    Run late = arrive();
    assertThat(passed).containsExactly(waiting.id(), late.id());
    assertThat(fixture.timer.waiting()).isZero();
  }

  @Test
  void letsARunPassAtOnceThatWasKilledOnItsWay() {
    Run run = fixture.begun("* * * * * root true");
    fixture.runs.interrupt(run, "killed by somebody");
    pause.process(fixture.exchange(run), sync -> passed.add(run.id()));
    assertThat(passed).containsExactly(run.id());
  }

  private Run arrive() {
    Run run = fixture.run(RunFixture.job("* * * * * root true"));
    pause.process(fixture.exchange(run), sync -> passed.add(run.id()));
    return run;
  }
}
