// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelcrond.crontab.Job;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SurvivingRunsTest {
  private static final Duration LOOK = Duration.ofMillis(500);
  private final RunFixture fixture = new RunFixture();
  private final List<String> passed = new ArrayList<>();
  @TempDir Path folder;

  @Test
  void aRunThatOutlivedItsDaemonIsReplacedAndNoLaterGroupIsKilled() throws Exception {
    Process process = RunFixture.sleeper();
    try {
      Gate overlap = new Gate(GateRule.overlap(), Runnable::run, fixture.runs);
      Job job = RunFixture.job("CRON_OVERLAP=replace", "* * * * * root true");
      new SurvivingRuns(left(job, process.pid()), overlap, fixture.terminator, fixture.timer)
          .holdPlaces();
      Run next = fixture.run(job);
      fixture.runs.begin(next);
      Exchange exchange = fixture.exchange(next);
      overlap.process(exchange, sync -> passed.add(next.id()));
      process.waitFor();
      assertThat(passed).isEmpty();
      fixture.timer.pass(LOOK);
      assertThat(passed).containsExactly(next.id());
      assertThat(fixture.timer.waiting()).as("a KILL to a group that is gone").isZero();
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void aRunThatLivesOnKeepsItsPlace() throws Exception {
    Process process = RunFixture.sleeper();
    try {
      Gate overlap = new Gate(GateRule.overlap(), Runnable::run, fixture.runs);
      Job job = RunFixture.job("* * * * * root true");
      new SurvivingRuns(left(job, process.pid()), overlap, fixture.terminator, fixture.timer)
          .holdPlaces();
      fixture.timer.pass(LOOK);
      assertThat(overlap.kinds()).isEqualTo(1);
      assertThat(fixture.timer.waiting()).isEqualTo(1);
    } finally {
      process.destroyForcibly();
    }
  }

  /** The journal of a daemon that was killed while a run of {@code job} was in progress. */
  private RunJournal left(Job job, long pid) throws Exception {
    Clock clock = Clock.systemUTC();
    RunJournal killed = RunJournalTest.open(folder, clock, 1_024);
    Run run = fixture.run(job);
    killed.started(run, clock.instant());
    killed.running(run.id(), pid);
    RunJournal journal = RunJournalTest.open(folder, clock, 1_024);
    journal.recoverEnds();
    return journal;
  }
}
