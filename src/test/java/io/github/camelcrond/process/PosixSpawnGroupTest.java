// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelcrond.process.Shell.Run;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The contract about groups, kept by posix_spawn, and what it does better. */
final class PosixSpawnGroupTest extends ProcessGroupContract {
  @Override
  ProcessLauncher launcher() throws Exception {
    return new PosixSpawnLauncher(Duration.ofMillis(500));
  }

  @Test
  void whatAGrandchildPrintsWithinTheGraceIsPassedOn() throws Exception {
    Run run = shell.start("(sleep 0.1; echo late) & echo early");
    assertThat(run.end()).isEqualTo(new ExitStatus(0, 0, false));
    assertThat(run.output().stdout()).isEqualTo("early\nlate\n");
  }

  @Test
  void outputOfAProcessInTheBackgroundIsReadUntilItEnds() throws Exception {
    Run run = shell.start("(sleep 2; echo late) & echo early");
    assertThat(run.end()).isEqualTo(new ExitStatus(0, 0, true));
    assertThat(run.output().stdout()).isEqualTo("early\n");
    assertThat(run.process().drained()).isNotDone();
    await().until(() -> run.process().drained().isDone());
    assertThat(run.output().stdout()).isEqualTo("early\nlate\n");
  }

  @Test
  void outputThatIsNotWaitedForIsTold() throws Exception {
    Run run = shell.start("sleep 60 & exit 3");
    assertThat(run.end()).isEqualTo(new ExitStatus(3, 0, true));
    run.process().kill();
  }
}
