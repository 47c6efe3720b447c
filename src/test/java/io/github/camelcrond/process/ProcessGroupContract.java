// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelcrond.process.Shell.Run;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What every launcher promises about ending a process, and about what it leaves behind. */
abstract class ProcessGroupContract extends LauncherFixture {

  @Test
  void terminateEndsAProcess() throws Exception {
    Run run = started("exec sleep 60");
    assertThat(run.process().terminate()).isTrue();
    assertThat(run.end().signal()).isEqualTo(15);
  }

  @Test
  void killEndsAProcessThatIgnoresTerm() throws Exception {
    Path fifo = fifo();
    Run run = started("trap '' TERM; read x < " + fifo + "; echo still here; sleep 60; exit 1");
    assertThat(run.process().terminate()).isTrue();
    Files.writeString(fifo, "go\n");
    await().until(() -> run.output().stdout().contains("still here"));
    assertThat(run.process().ended()).isNotDone();
    assertThat(run.process().kill()).isTrue();
    assertThat(run.end().signal()).isEqualTo(9);
  }

  @Test
  void terminateReachesGrandchildren() throws Exception {
    Run run = started("sh -c 'sleep 60; exit 1' & sleep 60; exit 1");
    assertThat(run.process().terminate()).isTrue();
    assertThat(run.end().signal()).isEqualTo(15);
    await().until(() -> !groupLives(run));
  }

  @Test
  void grandchildrenAreReachedAfterTheirParentEnded() throws Exception {
    Run run = shell.start("sleep 60 > /dev/null 2>&1 & exit 6");
    assertThat(run.end().code()).isEqualTo(6);
    assertThat(groupLives(run)).isTrue();
    assertThat(run.process().kill()).isTrue();
    await().until(() -> !groupLives(run));
    assertThat(run.process().kill()).isFalse();
  }

  @Test
  void aGrandchildThatHoldsTheOutputDoesNotHoldUpTheEnd() throws Exception {
    Run run = shell.start("sleep 60 & echo done");
    assertThat(run.end().success()).isTrue();
    assertThat(run.output().stdout()).isEqualTo("done\n");
    assertThat(run.process().kill()).isTrue();
  }

  @Test
  void aDaemonThatLeavesTheGroupDoesNotHoldUpTheEnd() throws Exception {
    Run run = shell.start("setsid sleep 60 & echo $!");
    ProcessHandle daemon = ProcessHandle.of(Long.parseLong(run.line())).orElseThrow();
    assertThat(daemon.destroyForcibly()).isTrue();
  }

  @Test
  void nobodyIsReachedOnceAllHaveEnded() throws Exception {
    Run run = shell.start("exit 0");
    run.end();
    assertThat(run.process().terminate()).isFalse();
    assertThat(run.process().kill()).isFalse();
    assertThat(groupLives(run)).isFalse();
  }

  private static boolean groupLives(Run run) {
    return GroupSignal.send("0", run.process().pid());
  }

  private Run started(String command) throws Exception {
    Run run = shell.start("echo started; " + command);
    await().until(() -> run.output().stdout().contains("started"));
    return run;
  }
}
