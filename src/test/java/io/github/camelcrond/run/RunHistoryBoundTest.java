// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelcrond.process.StandardStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class RunHistoryBoundTest {
  private final RunFixture fixture = new RunFixture();
  private final RunHistory history = new RunHistory(false, 200);

  @Test
  void forgetsTheOldestOutputsOfAllJobsBeyondTheBound() {
    fixture.runs.listen(history);
    Run a = ended("a");
    Run b = ended("b");
    assertThat(history.whole(a.id()).orElseThrow().output()).hasSize(20);
    Run c = ended("c");
    assertThat(history.whole(a.id())).isEmpty();
    assertThat(history.whole(b.id())).isPresent();
    assertThat(history.whole(c.id())).isPresent();
    assertThat(history.of("a").last().orElseThrow().run()).isEqualTo(a.id());
  }

  @Test
  void countsOnlyTheNewestOutputOfAJob() {
    fixture.runs.listen(history);
    Run a = ended("a");
    ended("b");
    Run again = ended("b");
    assertThat(history.whole(a.id())).isPresent();
    assertThat(history.whole(again.id())).isPresent();
  }

  private Run ended(String job) {
    Run run = fixture.begun("CRON_NAME=" + job, "* * * * * root true");
    fixture.runs.countAttempt(run);
    RunProgress progress = fixture.runs.find(run.id()).orElseThrow();
    byte[] text = "twenty bytes of text".getBytes(StandardCharsets.US_ASCII);
    progress.output().write(StandardStream.STDOUT, text, 0, text.length);
    progress.exited(FakeProcess.SUCCESS);
    fixture.runs.end(run);
    return run;
  }
}
