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
  private long started;

  @BeforeEach
  void start() throws Exception {
    process = RunFixture.sleeper();
    started = ProcessGroups.started(process.pid());
  }

  @AfterEach
  void stop() throws Exception {
    process.destroyForcibly().waitFor();
  }

  @Test
  void theLeaderIsTheProcessThatTheRunStarted() {
    assertThat(alive(started)).containsExactly(process.pid());
  }

  @Test
  void aPidThatWasReusedBelongsToNoRun() {
    assertThat(alive(started - 10_000)).isEmpty();
    assertThat(alive(started + 10_000)).isEmpty();
  }

  @Test
  void aRunWhoseStartIsNotKnownHasNoProcess() {
    assertThat(alive(0)).isEmpty();
  }

  @Test
  void aProcessThatEndedHasNoStart() throws Exception {
    process.destroyForcibly().waitFor();
    assertThat(ProcessGroups.started(process.pid())).isZero();
    assertThat(alive(started)).isEmpty();
  }

  @Test
  void aProcessThatIsStartedSoonAfterAnotherIsNotLookedUp() throws Exception {
    StartClock clock = new StartClock();
    assertThat(clock.started(process.pid())).isEqualTo(started);
    long other = ProcessHandle.current().pid();
    assertThat(clock.started(other)).isBetween(started, started + 1_000);
  }

  @Test
  void aProcessThatHasEndedIsFollowedByOneThatIsLookedUp() throws Exception {
    StartClock clock = new StartClock();
    assertThat(clock.started(Long.MAX_VALUE)).isZero();
    assertThat(clock.started(process.pid())).isEqualTo(started);
  }

  private Set<Long> alive(long booted) {
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
                booted)));
  }
}
