// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelcrond.crontab.Job;
import io.github.camelcrond.run.Run;
import io.github.camelcrond.run.RunEnd;
import io.github.camelcrond.run.RunFixture;
import io.github.camelcrond.run.RunJournal;
import io.github.camelcrond.run.RunJournalTest;
import io.github.camelcrond.run.RunSkipped;
import io.github.camelcrond.trigger.ClockWatch;
import io.github.camelcrond.trigger.ScheduleKey;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobTableTest {
  private final RunFixture fixture = new RunFixture();
  private final JobTable set =
      new JobTable(
          fixture.clock,
          fixture.ids,
          Duration.ofSeconds(60),
          new ClockWatch(fixture.clock, () -> 0));
  private Optional<Instant> claimed = Optional.empty();
  private final CatchUp catchUp = catchUp(RunFixture.journal(fixture.clock, 1024));

  private CatchUp catchUp(RunJournal journal) {
    return new CatchUp(
        set,
        journal,
        fixture.ids,
        fixture.clock,
        (job, after, end) -> claimed.filter(after::isBefore));
  }

  @Test
  void saysWhatACrontabChanges() {
    load("* * * * * root a", "* * * * * root b");
    set.rebootRuns();
    JobTable.Change change = load("* * * * * root b", "0 * * * * root c");
    assertThat(change.first()).isFalse();
    assertThat(change.added()).hasSize(1);
    assertThat(change.removed()).hasSize(1);
    assertThat(change.changed()).isEmpty();
    assertThat(change.routes()).hasSize(2);
  }

  @Test
  void saysWhichJobsAreToDoSomethingElse() {
    load("CRON_NAME=a", "0 * * * * root a", "CRON_NAME=b", "0 * * * * root b");
    assertThat(load("", "CRON_NAME=a", "0 * * * * root a", "CRON_NAME=b", "0 * * * * root c"))
        .matches(change -> change.changed().equals(List.of("b")));
    assertThat(load("CRON_NAME=a", "1 * * * * root a", "CRON_NAME=b", "0 * * * * root c").changed())
        .containsExactly("a");
    assertThat(
            load(
                    "CRON_NAME=a",
                    "1 * * * * root a",
                    "CRON_NAME=b",
                    "CRON_RETRIES=1",
                    "0 * * * * root c")
                .changed())
        .containsExactly("b");
  }

  @Test
  void makesOneRouteOfOneSchedule() {
    JobTable.Change change = load("* * * * * root a", "*  *  * * * root b", "0 * * * * root c");
    assertThat(change.first()).isTrue();
    assertThat(change.routes()).hasSize(2);
  }

  @Test
  void makesNoRouteOfWhatNeverFires() {
    assertThat(load("@reboot root a", "@at 2020-01-01T00:00 root b").routes()).isEmpty();
  }

  @Test
  void findsTheJobsThatAreDueTogether() {
    load("* * * * * root a", "* * * * * root b", "0 * * * * root c");
    fixture.clock.pass(Duration.ofMinutes(1));
    assertThat(due("* * * * *")).hasSize(2).allMatch(r -> r.cause() == Run.Cause.SCHEDULE);
  }

  @Test
  void leavesAFiringFromBeforeTheJobCameToNobody() {
    load("* * * * * root a");
    fixture.clock.pass(Duration.ofSeconds(30));
    load("* * * * * root a", "* * * * * root b");
    String key = key("* * * * *");
    assertThat(set.fire(key, RunFixture.AT)).hasSize(1);
    assertThat(set.fire(key, RunFixture.AT.plusSeconds(60))).hasSize(2);
  }

  @Test
  void jobWhoseScheduleChangesJustBeforeAnInstantOfBothRunsOnceForIt() {
    load("CRON_NAME=a", "* * * * * root a");
    Instant next = RunFixture.AT.plusSeconds(60);
    fixture.clock.pass(Duration.ofSeconds(60).minusMillis(25));
    assertThat(set.fire(key("* * * * *"), next)).hasSize(1);
    fixture.clock.pass(Duration.ofMillis(10));
    load("CRON_NAME=a", "0-59 * * * * root a");
    assertThat(set.fire(key("0-59 * * * *"), next)).isEmpty();
    assertThat(set.fire(key("0-59 * * * *"), next.plusSeconds(60))).hasSize(1);
  }

  @Test
  void saysWhenAJobRunsNextAfterTheClockWasSetBack() {
    load("0 0 * * * root fixed", "* * * * * root wild", "@at 2026-11-22T00:00 root once");
    set.fire(key("@at 2026-11-22T00:00"), RunFixture.AT);
    fixture.clock.set(Duration.ofHours(-1));
    assertThat(set.all().stream().map(set::next))
        .containsExactly(
            Optional.of(RunFixture.AT.plus(Duration.ofDays(1))),
            Optional.of(RunFixture.AT.minusSeconds(3540)),
            Optional.empty());
  }

  @Test
  void dropsAndCountsAFiringThatIsTooLate() {
    load("* * * * * root a", "CRON_CATCH_UP=1h", "* * * * * root b");
    fixture.clock.pass(Duration.ofSeconds(61));
    assertThat(set.fire(key("* * * * *"), RunFixture.AT))
        .extracting(Run::missed)
        .contains(true, false);
    assertThat(set.dropped()).isEqualTo(1);
    fixture.clock.pass(Duration.ofMinutes(61));
    assertThat(set.fire(key("* * * * *"), RunFixture.AT.plusSeconds(60)))
        .allMatch(Run::missed)
        .extracting(run -> run.note().orElseThrow())
        .contains("dropped, 1h1m1s after its instant, 1m are allowed");
    assertThat(set.dropped()).isEqualTo(3);
  }

  @Test
  void notesTheFiringsThatOneStandsFor() {
    load("* * * * * root a");
    String key = key("* * * * *");
    assertThat(set.fire(key, RunFixture.AT.plusSeconds(60))).allMatch(run -> run.note().isEmpty());
    assertThat(set.fire(key, RunFixture.AT.plusSeconds(240)))
        .extracting(run -> run.note().orElseThrow())
        .containsExactly(
            "coalesced: 2 firings missed, first 2026-11-22T00:02:00Z, last 2026-11-22T00:03:00Z");
    assertThat(set.fire(key, RunFixture.AT.plusSeconds(120))).allMatch(run -> run.note().isEmpty());
  }

  @Test
  void isFirstAgainWhenTheFirstDidNotGetAsFarAsItsReboot() {
    assertThat(load("@reboot root a").first()).isTrue();
    assertThat(load("@reboot root a").first()).isTrue();
    set.rebootRuns();
    assertThat(load("@reboot root a").first()).isFalse();
  }

  @Test
  void startsTheJobsOfAReboot() {
    load("@reboot root a", "* * * * * root b");
    assertThat(set.rebootRuns()).hasSize(1).allMatch(r -> r.cause() == Run.Cause.REBOOT);
  }

  @Test
  void makesUpForTheLatestOfSeveralMissedFirings() {
    load("CRON_NAME=a", "CRON_CATCH_UP=1h", "*/5 * * * * root a");
    List<Run> missed = catchUp.missedRuns(Map.of("a", RunFixture.AT.minusSeconds(1800).toString()));
    assertThat(missed).hasSize(1);
    assertThat(missed.get(0).scheduled()).isEqualTo(RunFixture.AT);
    assertThat(missed.get(0).cause()).isEqualTo(Run.Cause.CATCH_UP);
    assertThat(missed.get(0).note())
        .contains(
            "coalesced: 5 firings missed, first 2026-11-21T23:35:00Z, last 2026-11-21T23:55:00Z");
  }

  @Test
  void recordsTheFiringsThatPassedWhileTheDaemonWasDown() {
    load("CRON_NAME=a", "*/5 * * * * root a", "CRON_NAME=b", "30 * * * * root b");
    String last = RunFixture.AT.minusSeconds(600).toString();
    List<Run> missed = catchUp.missedRuns(Map.of("a", last, "b", last));
    assertThat(missed).hasSize(1).allMatch(Run::missed);
    assertThat(missed.get(0).scheduled()).isEqualTo(RunFixture.AT);
    assertThat(missed.get(0).note())
        .contains(
            "daemon was down: 2 firings missed, first 2026-11-21T23:55:00Z,"
                + " last 2026-11-22T00:00:00Z");
    assertThat(catchUp.jobsToLookUp()).isEmpty();
  }

  @Test
  void missedFiringsAreOnDiskBeforeRecordsOfLaterOnesCanHideThem(@TempDir Path folder)
      throws IOException {
    load("CRON_NAME=a", "*/5 * * * * root a");
    String last = RunFixture.AT.minusSeconds(600).toString();
    Run missed =
        catchUp(RunJournalTest.open(folder, fixture.clock, 1024))
            .missedRuns(Map.of("a", last))
            .get(0);

    RunEnd end = RunJournalTest.open(folder, fixture.clock, 1024).recoverEnds().next();

    assertThat(end.run()).isEqualTo(missed.id());
    assertThat(end.reason().orElse("")).startsWith(missed.note().orElseThrow());
  }

  @Test
  void findsFiringsThatWereMissedBeforeADaemonThatWasKilled(@TempDir Path folder)
      throws IOException {
    load("CRON_NAME=a", "*/5 * * * * root a");
    RunJournal killed = RunJournalTest.open(folder, fixture.clock, 1024);
    Instant ran = RunFixture.AT.minusSeconds(600);
    for (int i = 0; i < 2; i++) {
      killed.ended(RunJournalTest.end("r" + i, ran.plusSeconds(300 * i), ""), Optional.empty());
    }
    RunJournal journal = RunJournalTest.open(folder, fixture.clock, 1024);
    journal.recoverEnds();
    List<Run> missed = catchUp(journal).missedRuns(Map.of("a", ran.minusSeconds(1_200).toString()));
    assertThat(missed)
        .singleElement()
        .satisfies(
            run ->
                assertThat(run.note())
                    .hasValue(
                        "daemon was down: 3 firings missed, first "
                            + ran.minusSeconds(900)
                            + ", last "
                            + ran.minusSeconds(300)
                            + "; daemon was down: 1 firing missed, first "
                            + RunFixture.AT
                            + ", last "
                            + RunFixture.AT));
  }

  @Test
  void expectsFiringsOfANewJobSinceItIsInForceUnlessItHasRunAlready() {
    load("CRON_NAME=a", "* * * * * root a", "CRON_NAME=b", "0 * * * * root b");
    fixture.runs.listen(catchUp);
    fixture.clock.pass(Duration.ofSeconds(60));
    for (Run run : set.fire(key("* * * * *"), RunFixture.AT.plusSeconds(60))) {
      fixture.runs.begin(run);
      fixture.runs.endEarly(run, new RunSkipped("the job is paused"));
    }
    assertThat(catchUp.newJobs()).isEqualTo(Map.of("b", RunFixture.AT.toString()));
    assertThat(catchUp.jobsToLookUp()).isEmpty();
  }

  @Test
  void recordsNoFiringThatAnotherReplicaHasClaimed() {
    load("CRON_NAME=a", "*/5 * * * * root a");
    claimed = Optional.of(RunFixture.AT);
    assertThat(catchUp.missedRuns(Map.of("a", RunFixture.AT.minusSeconds(600).toString())))
        .isEmpty();
  }

  @Test
  void recordsWhatPassedAlthoughAWorkerHasRunTheJobSince() {
    load("CRON_NAME=a", "*/5 * * * * root a");
    claimed = Optional.of(RunFixture.AT.minusSeconds(600));
    assertThat(catchUp.missedRuns(Map.of("a", RunFixture.AT.plusSeconds(300).toString())))
        .extracting(Run::scheduled)
        .containsExactly(RunFixture.AT);
  }

  @Test
  void makesUpForAFiringThatCouldNotBeClaimed() {
    load("CRON_NAME=b", "* * * * * root b", "CRON_NAME=a", "CRON_CATCH_UP=1h", "* * * * * root a");
    catchUp.missedRuns(Map.of("a", RunFixture.AT.toString(), "b", RunFixture.AT.toString()));
    fixture.runs.listen(catchUp);
    for (Run run : set.fire(key("* * * * *"), RunFixture.AT.plusSeconds(60))) {
      fixture.runs.begin(run);
      fixture.runs.endEarly(run, new RunSkipped(RunEnd.UNCLAIMED));
    }
    assertThat(catchUp.jobsToLookUp()).containsExactly("a");
    List<Run> missed = catchUp.missedRuns(Map.of("a", RunFixture.AT.toString()));
    assertThat(missed).hasSize(1);
    assertThat(missed.get(0).cause()).isEqualTo(Run.Cause.CATCH_UP);
    assertThat(missed.get(0).scheduled()).isEqualTo(RunFixture.AT.plusSeconds(60));
    assertThat(catchUp.jobsToLookUp()).isEmpty();
  }

  @Test
  void makesUpForNothingOutsideTheWindow() {
    load("CRON_NAME=a", "CRON_CATCH_UP=10m", "30 * * * * root a");
    assertThat(catchUp.missedRuns(Map.of("a", RunFixture.AT.minusSeconds(7200).toString())))
        .allMatch(Run::missed);
  }

  @Test
  void makesUpForNothingThatWasDealtWithOrNeverRan() {
    load("CRON_CATCH_UP=1h", "CRON_NAME=a", "0 * * * * root a", "CRON_NAME=b", "0 * * * * root b");
    assertThat(catchUp.missedRuns(Map.of("a", RunFixture.AT.toString()))).isEmpty();
  }

  @Test
  void tellsAJobThatHadItsOneFiringFromOneThatCameTooLate() {
    load(
        "CRON_NAME=fired",
        "@at 2026-11-22T00:00 root a",
        "CRON_NAME=late",
        "@at 2026-11-22T00:00 root b");
    Instant later = RunFixture.AT.plusSeconds(1);
    catchUp.missedRuns(Map.of("fired", RunFixture.AT.toString(), "late", later.toString()));
    assertThat(set.all()).filteredOn(set::fired).extracting(Job::id).containsExactly("fired");
    assertThat(set.fire(key("@at 2026-11-22T00:00"), RunFixture.AT)).isEmpty();
  }

  @Test
  void makesUpForFiringsOnlyWhereAsked() {
    load("CRON_NAME=a", "0 * * * * root a", "@reboot root b");
    assertThat(catchUp.jobsToLookUp()).containsExactly("a");
    assertThat(catchUp.missedRuns(Map.of("a", RunFixture.AT.minusSeconds(7200).toString())))
        .allMatch(Run::missed);
  }

  @Test
  void makesUpForNothingThatOnlyTheJournalKnowsOf(@TempDir Path folder) throws IOException {
    load("CRON_NAME=a", "CRON_CATCH_UP=1h", "0 * * * * root a");
    Map<String, String> stale = Map.of("a", RunFixture.AT.minusSeconds(3600).toString());
    CatchUp afterKill = catchUp(journal(folder));
    journal(folder).ended(RunJournalTest.end("r1", ""), Optional.empty());
    RunJournal owing = journal(folder);
    owing.recoverEnds();
    assertThat(catchUp(owing).missedRuns(stale)).isEmpty();
    assertThat(afterKill.missedRuns(stale)).hasSize(1);
  }

  @Test
  void makesUpForNothingThatTheDaemonWasKilledIn(@TempDir Path folder) throws IOException {
    load("CRON_NAME=a", "CRON_CATCH_UP=1h", "@at 2026-11-22T00:00 root a");
    journal(folder).started(RunJournalTest.run("r1"), RunFixture.AT);
    RunJournal killed = journal(folder);
    killed.recoverEnds();
    CatchUp afterKill = catchUp(killed);
    assertThat(afterKill.missedRuns(Map.of("a", RunFixture.AT.minusSeconds(60).toString())))
        .isEmpty();
  }

  private RunJournal journal(Path folder) {
    return RunJournalTest.open(folder, fixture.clock, 1024);
  }

  @Test
  void runsAJobThatSomebodyAsksFor() throws NoSuchJob {
    load("CRON_NAME=a", "0 * * * * root a");
    assertThat(set.manualRun("a").cause()).isEqualTo(Run.Cause.MANUAL);
    assertThatThrownBy(() -> set.manualRun("b"))
        .isInstanceOf(NoSuchJob.class)
        .hasMessage("no such job: b");
  }

  private JobTable.Change load(String... lines) {
    return set.replace(RunFixture.jobs(lines));
  }

  private List<Run> due(String fields) {
    return set.fire(key(fields), RunFixture.AT.plusSeconds(60));
  }

  private static String key(String fields) {
    Job job = RunFixture.job(fields + " root true");
    return ScheduleKey.of(job.schedule());
  }
}
