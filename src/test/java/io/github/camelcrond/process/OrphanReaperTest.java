// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import io.github.camelcrond.process.Shell.Run;
import io.github.camelcrond.schedule.SettableClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Orphans come to this JVM here, as they come to process 1 of a container. */
final class OrphanReaperTest {
  private static final Duration AGE = Duration.ofSeconds(2);

  private final SettableClock clock = new SettableClock(Instant.EPOCH);
  private PosixSpawnLauncher launcher;
  private OrphanReaper reaper;

  @BeforeEach
  void adoptOrphans() throws Exception {
    adopt(1);
    launcher = new PosixSpawnLauncher(Duration.ofMillis(100));
    reaper = new OrphanReaper(launcher::owns, AGE, clock);
  }

  @AfterEach
  void adoptNoMore() {
    launcher.close();
    adopt(0);
  }

  @Test
  void reapsOrphansOfSomeAge() throws Exception {
    List<Long> orphans = orphans(20);
    assertThat(reaper.seesOrphans()).isFalse();
    assertThat(reaper.sweep()).isZero();
    assertThat(orphans).allMatch(OrphanReaperTest::zombie);
    assertThat(reaper.seesOrphans()).as("to be swept soon").isTrue();
    clock.pass(AGE);
    assertThat(reaper.sweep()).isEqualTo(20);
    assertThat(reaper.seesOrphans()).isFalse();
    assertThat(orphans).noneMatch(OrphanReaperTest::zombie);
    assertThat(reaper.sweep()).isZero();
  }

  @Test
  void leavesTheExitCodesOfOurProcessesAlone() throws Exception {
    OrphanReaper hasty = new OrphanReaper(launcher::owns, Duration.ZERO, clock);
    List<RunningProcess> ours = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      ours.add(launcher.start(Shell.request("exit 9"), OutputSink.NONE));
      hasty.sweep();
    }
    for (RunningProcess process : ours) {
      assertThat(process.ended().get().code()).isEqualTo(9);
    }
  }

  private List<Long> orphans(int count) throws Exception {
    List<Long> orphans = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Run run = new Shell(launcher).start("sleep 0.1 > /dev/null & echo $!");
      orphans.add(Long.parseLong(run.line()));
    }
    await().until(() -> orphans.stream().allMatch(OrphanReaperTest::zombie));
    return orphans;
  }

  private static boolean zombie(long pid) {
    try {
      return Files.readString(Path.of("/proc", "" + pid, "stat")).contains(") Z ");
    } catch (NoSuchFileException e) {
      return false;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** PR_SET_CHILD_SUBREAPER of prctl(2). */
  private static void adopt(int on) {
    Function prctl = NativeLibrary.getProcess().getFunction("prctl");
    assertThat(prctl.invokeInt(new Object[] {36, (long) on, 0L, 0L, 0L})).isZero();
  }
}
