// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which processes belong to the runs of a killed daemon. */
class ProcessGroupsTest {
  private Process process;
  private long ticks;

  @BeforeEach
  void start() throws Exception {
    process = RunFixture.sleeper();
    ticks = ProcessGroups.bootTicks(process.pid());
  }

  @AfterEach
  void stop() throws Exception {
    process.destroyForcibly().waitFor();
  }

  @Test
  void theLeaderIsTheProcessThatTheRunStarted() {
    assertThat(alive(ticks)).containsExactly(process.pid());
  }

  @Test
  void aPidThatWasReusedBelongsToNoRun() {
    assertThat(alive(ticks - 1)).isEmpty();
    assertThat(alive(ticks + 1)).isEmpty();
  }

  @Test
  void aRunWhoseStartIsNotKnownHasNoProcess() {
    assertThat(alive(0)).isEmpty();
  }

  @Test
  void aProcessThatEndedHasNoStart() throws Exception {
    process.destroyForcibly().waitFor();
    assertThat(ProcessGroups.bootTicks(process.pid())).isZero();
    assertThat(alive(ticks)).isEmpty();
  }

  private Set<Long> alive(long bootTicks) {
    return ProcessGroups.alive(
        List.of(
            new JournalEvent.Started(
                "r1",
                "a",
                Instant.EPOCH,
                "schedule",
                Instant.EPOCH,
                "h",
                0,
                process.pid(),
                bootTicks)));
  }
}
