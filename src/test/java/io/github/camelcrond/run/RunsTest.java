// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.github.camelcrond.crontab.Job;
import io.github.camelcrond.process.ExitStatus;
import io.github.camelcrond.process.StandardStream;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.Test;

/** What becomes of a run, whatever happens to it. */
class RunsTest {
  private static final String LINE = "* * * * * root true";
  private final RunFixture fixture = new RunFixture();
  private final Runs runs = fixture.runs;

  @Test
  void aProcessThatExitsWithZeroSucceeds() throws Exception {
    Run run = tried(LINE);
    runs.awaitInstant(run);
    exit(run, FakeProcess.SUCCESS);
    assertThat(runs.hasAttemptLeft(run)).isFalse();
    RunEnd end = runs.end(run);
    assertThat(end.outcome()).isEqualTo("succeeded");
    assertThat(end.exitCode()).contains(0);
    assertThat(end.started()).contains(RunFixture.AT);
    assertThat(end.attempt()).isEqualTo(1);
    assertThat(runs.all()).isEmpty();
  }

  @Test
  void aRecordSaysWhatItsRunNotes() throws Exception {
    Run run = tried(LINE).noting("claimed 2s late");
    exit(run, FakeProcess.SUCCESS);
    assertThat(runs.end(run).reason()).contains("claimed 2s late");
  }

  @Test
  void aFiringThatWasMissedLeavesARecordOnly() {
    Run run = fixture.run(RunFixture.job(LINE)).missed("the daemon was down");
    runs.begin(run);
    assertThatThrownBy(() -> runs.skipIfMissedOrInterrupted(run)).isInstanceOf(RunSkipped.class);
    RunEnd end = runs.endEarly(run, new RunSkipped("the daemon was down"));
    assertThat(end.outcome()).isEqualTo("skipped");
    assertThat(end.reason()).contains("the daemon was down");
    assertThat(end.accountsForFiring()).isTrue();
  }

  @Test
  void aSignalIsRecordedInsteadOfAnExitCode() {
    Run run = tried(LINE);
    exit(run, FakeProcess.TERMINATED);
    RunEnd end = runs.end(run);
    assertThat(end.outcome()).isEqualTo("failed");
    assertThat(end.exitCode()).isEmpty();
    assertThat(end.signal()).contains(15);
  }

  @Test
  void aProcessThatCannotBeStartedHasNoStart() {
    Run run = tried(LINE);
    runs.noteFailure(run, new IOException("/bin/nosuch does not exist"));
    RunEnd end = runs.end(run);
    assertThat(end.outcome()).isEqualTo("not-started");
    assertThat(end.reason()).contains("/bin/nosuch does not exist");
    assertThat(end.started()).isEmpty();
  }

  @Test
  void aFailureIsTriedAgainAsOftenAsAllowed() {
    Run run = tried("CRON_RETRIES=2", LINE);
    exit(run, FakeProcess.FAILURE);
    assertThat(runs.hasAttemptLeft(run)).isTrue();
    runs.countAttempt(run);
    exit(run, FakeProcess.FAILURE);
    assertThat(runs.hasAttemptLeft(run)).isTrue();
    runs.countAttempt(run);
    exit(run, FakeProcess.FAILURE);
    assertThat(runs.hasAttemptLeft(run)).isFalse();
    RunEnd end = runs.end(run);
    assertThat(end.outcome()).isEqualTo("failed");
    assertThat(end.attempt()).isEqualTo(3);
  }

  private Run continued(int failed) {
    var earlier = new FailedAttempts(failed, "host-b", RunFixture.AT, Optional.of(RunFixture.AT));
    Job job = RunFixture.job("CRON_RETRIES=2", "CRON_RETRY_ON=other", LINE);
    Run run =
        new Run(
            "r",
            job,
            RunFixture.AT,
            Run.Cause.SCHEDULE,
            1,
            Optional.of(earlier),
            0,
            Optional.empty(),
            false);
    runs.begin(run);
    return run;
  }

  @Test
  void aRetryOnAnotherWorkerGoesOnWithTheAttempts() throws Exception {
    Run run = continued(1);
    assertThat(runs.isForAnotherWorker(run)).as("it has not failed here").isFalse();
    runs.skipIfStopping(run);
    runs.countAttempt(run);
    exit(run, FakeProcess.FAILURE);

    assertThat(runs.isForAnotherWorker(run)).isTrue();
    assertThat(runs.failedAttempts(run))
        .isEqualTo(new FailedAttempts(2, "host-a", RunFixture.AT, Optional.of(RunFixture.AT)));
    runs.close("the daemon is stopping");
    assertThat(runs.isForAnotherWorker(run)).as("other workers do not stop").isTrue();
    progress(run).interrupt("killed on request");
    assertThat(runs.isForAnotherWorker(run)).isFalse();
  }

  @Test
  void theLastAttemptEndsARunOnWhicheverWorkerItIs() {
    Run run = continued(2);
    runs.countAttempt(run);
    exit(run, FakeProcess.FAILURE);

    assertThat(runs.isForAnotherWorker(run)).isFalse();
    assertThat(runs.end(run).attempt()).isEqualTo(3);
  }

  @Test
  void aRetryIsReturnedByAWorkerThatStops() {
    Run run = continued(1);
    runs.close("the daemon is stopping");

    assertThatThrownBy(() -> runs.skipIfStopping(run)).isInstanceOf(RunSkipped.class);
  }

  @Test
  void aRetryThatIsKilledBeforeItsAttemptIsInterrupted() {
    Run run = continued(2);
    progress(run).interrupt("killed on request");

    RunEnd end = runs.end(run);
    assertThat(end.outcome()).isEqualTo("interrupted");
    assertThat(end.attempt()).isEqualTo(2);
    assertThat(end.started()).contains(RunFixture.AT);
  }

  @Test
  void aSuccessIsNotTriedAgain() {
    Run run = tried("CRON_RETRIES=2", LINE);
    exit(run, FakeProcess.FAILURE);
    runs.countAttempt(run);
    exit(run, FakeProcess.SUCCESS);
    assertThat(runs.hasAttemptLeft(run)).isFalse();
    assertThat(runs.end(run).outcome()).isEqualTo("succeeded");
  }

  @Test
  void aTimeOutIsRecordedWhateverTheExitCode() {
    Run run = tried("CRON_TIMEOUT=1m", LINE);
    FakeProcess process = process(run);
    progress(run).timeOut();
    progress(run).terminate();
    progress(run).exited(FakeProcess.SUCCESS);
    RunEnd end = runs.end(run);
    assertThat(end.outcome()).isEqualTo("timed-out");
    assertThat(end.reason()).contains("ended by CRON_TIMEOUT");
    assertThat(process.signals).containsExactly("TERM");
  }

  @Test
  void aTimeOutOfOneTryIsNotThatOfTheNext() {
    Run run = tried("CRON_RETRIES=1", LINE);
    process(run);
    progress(run).timeOut();
    progress(run).exited(FakeProcess.TERMINATED);
    assertThat(runs.hasAttemptLeft(run)).isTrue();
    runs.countAttempt(run);
    exit(run, FakeProcess.FAILURE);
    assertThat(runs.end(run).outcome()).isEqualTo("failed");
  }

  @Test
  void anInterruptEndsTheProcessAndAllFurtherTries() {
    Run run = tried("CRON_RETRIES=5", "CRON_KILL_AFTER=2s", LINE);
    FakeProcess process = process(run);
    runs.interrupt(run, "killed by somebody");
    fixture.timer.pass(Duration.ofSeconds(2));
    assertThat(process.signals).containsExactly("TERM", "KILL");
    progress(run).exited(FakeProcess.TERMINATED);
    assertThat(runs.hasAttemptLeft(run)).isFalse();
    RunEnd end = runs.end(run);
    assertThat(end.outcome()).isEqualTo("interrupted");
    assertThat(end.reason()).contains("killed by somebody");
  }

  @Test
  void anInterruptBetweenTwoTriesIsRecorded() {
    Run run = tried("CRON_RETRIES=5", LINE);
    exit(run, FakeProcess.FAILURE);
    runs.interrupt(run, "killed by somebody");
    assertThat(runs.hasAttemptLeft(run)).isFalse();
    RunEnd end = runs.end(run);
    assertThat(end.outcome()).isEqualTo("interrupted");
    assertThat(end.exitCode()).contains(3);
  }

  @Test
  void anInterruptAfterTheLastTryChangesNothing() {
    Run run = tried(LINE);
    exit(run, FakeProcess.FAILURE);
    runs.interrupt(run, "killed by somebody");
    assertThat(runs.end(run).outcome()).isEqualTo("failed");
  }

  @Test
  void anInterruptBeforeTheProcessIsThereEndsItWhenItIs() {
    Run run = tried("CRON_KILL_AFTER=2s", LINE);
    runs.interrupt(run, "killed by somebody");
    FakeProcess process = process(run);
    fixture.timer.pass(Duration.ofSeconds(2));
    assertThat(process.signals).containsExactly("TERM", "KILL");
  }

  @Test
  void anInterruptBeforeTheFirstTrySkipsTheRun() {
    Run run = fixture.begun(LINE);
    runs.interrupt(run, "killed by somebody");
    assertThat(runs.hasAttemptLeft(run)).isFalse();
    RunEnd end = runs.end(run);
    assertThat(end.outcome()).isEqualTo("skipped");
    assertThat(end.reason()).contains("killed by somebody");
    assertThat(end.attempt()).isZero();
  }

  @Test
  void anInterruptReachesTheRunWhereverItWaits() {
    List<String> dismissed = new ArrayList<>();
    fixture.terminator.waitsAt((run, why) -> dismissed.add(run.id() + " " + why));
    Run run = fixture.begun(LINE);
    runs.interrupt(run, "killed by somebody");
    assertThat(dismissed).containsExactly(run.id() + " killed by somebody");
  }

  @Test
  void theFirstReasonForAnInterruptIsRecorded() {
    Run run = tried(LINE);
    process(run);
    runs.interrupt(run, "first");
    runs.interrupt(run, "second");
    progress(run).exited(FakeProcess.TERMINATED);
    assertThat(runs.end(run).reason()).contains("first");
  }

  @Test
  void endsAreNotGatheredAfterTheStop() {
    runs.close("the daemon is stopping");
    assertTimeoutPreemptively(
        Duration.ofMinutes(1), () -> runs.gatherEnds(Duration.ofHours(1).toMillis()));
  }

  @Test
  void noRunIsTriedAgainAfterTheStop() {
    Run retries = tried("CRON_RETRIES=1", LINE);
    Run last = tried(LINE);
    exit(retries, FakeProcess.FAILURE);
    exit(last, FakeProcess.FAILURE);
    runs.close("the daemon is stopping");
    assertThat(runs.hasAttemptLeft(retries)).isFalse();
    RunEnd cut = runs.end(retries);
    assertThat(cut.outcome()).isEqualTo("interrupted");
    assertThat(cut.reason()).contains("the daemon is stopping");
    assertThat(runs.end(last).outcome()).isEqualTo("failed");
  }

  @Test
  void aRunThatIsSkippedLeavesItsReason() {
    Run run = fixture.begun(LINE);
    RunEnd end = runs.endEarly(run, new RunSkipped("the job is paused"));
    assertThat(end.outcome()).isEqualTo("skipped");
    assertThat(end.reason()).contains("the job is paused");
    assertThat(end.started()).isEmpty();
    assertThat(runs.all()).isEmpty();
  }

  @Test
  void aRunThatIsSentAwayBeforeARetryIsInterrupted() {
    Run run = tried("CRON_RETRIES=1", LINE);
    exit(run, FakeProcess.FAILURE);
    RunEnd end = runs.endEarly(run, new RunSkipped("the daemon is stopping"));
    assertThat(end.outcome()).isEqualTo("interrupted");
    assertThat(end.reason()).contains("the daemon is stopping");
  }

  @Test
  void aRunThatIsSkippedBeforeItBeganLeavesARecordToo() {
    Run run = fixture.run(RunFixture.job(LINE));
    assertThat(runs.endEarly(run, new RunSkipped("why")).outcome()).isEqualTo("skipped");
  }

  @Test
  void aFaultOfAStepBeforeTheStartIsToldAsTheReason() {
    Run run = fixture.begun(LINE);
    RunEnd end = runs.endEarly(run, new IllegalStateException("no holiday calendar"));
    assertThat(end.outcome()).isEqualTo("not-started");
    assertThat(end.reason()).contains("no holiday calendar");
  }

  @Test
  void whatCannotBeEndedIsRecordedAsInterrupted() {
    Run run = tried(LINE);
    process(run);
    runs.abandon("the daemon is stopping");
    assertThat(runs.all()).isEmpty();
  }

  @Test
  void aRunThatWasGivenUpEndsOnceWhenItsRouteGoesOn() {
    List<RunEnd> told = new ArrayList<>();
    runs.listen(ends(told::add));
    Run run = tried(LINE);
    process(run);
    runs.abandon("the daemon is stopping");
    RunEnd end = runs.endEarly(run, new IllegalStateException("run has not begun"));
    assertThat(told).containsExactly(end);
    assertThat(end.outcome()).isEqualTo("interrupted");
  }

  @Test
  void whatIsDealtWithAheadNeitherStartsNorEndsBeforeItsInstant() throws Exception {
    Clock clock = Clock.systemUTC();
    RunJournal journal = RunFixture.journal(clock, 1024);
    Runs real = fixture.runs(clock, journal);
    Run run = fixture.run(RunFixture.job(LINE), clock.instant().plusMillis(20));
    real.begin(run);
    real.countAttempt(run);
    assertThat(real.progress(run).started()).isEmpty();
    real.awaitInstant(run);
    real.started(run, new FakeProcess(), clock.instant());
    assertThat(real.progress(run).started().orElseThrow()).isAfterOrEqualTo(run.scheduled());
    Run paused = fixture.run(RunFixture.job(LINE), clock.instant().plusMillis(20));
    real.begin(paused);
    RunEnd skipped = real.endEarly(paused, new RunSkipped("the job is paused"));
    assertThat(skipped.ended()).isAfterOrEqualTo(paused.scheduled());
  }

  @Test
  void aRunThatIsKilledBeforeItsInstantStartsNothing() {
    Run run = tried(LINE);
    runs.interrupt(run, "killed on request");
    assertThatThrownBy(() -> runs.awaitInstant(run)).hasMessage("killed on request");
    runs.noteFailure(run, new IOException("killed on request"));
    RunEnd end = runs.end(run);
    assertThat(end.outcome()).isEqualTo("interrupted");
    assertThat(end.started()).isEmpty();
  }

  @Test
  void aRunThatWaitsForItsProcessIsNotShownAsStarted() throws Exception {
    List<Integer> started = new ArrayList<>();
    runs.listen(
        new RunListener() {
          @Override
          public void started(Run run, int attempt) {
            started.add(attempt);
          }
        });
    Run run = tried(LINE);
    runs.awaitInstant(run);
    assertThat(progress(run).started()).isEmpty();
    assertThat(started).isEmpty();
    process(run);
    assertThat(progress(run).started()).contains(RunFixture.AT);
    assertThat(started).containsExactly(1);
  }

  @Test
  void aRunEndsWhateverItsBookkeepingThrows() {
    List<RunEnd> told = new ArrayList<>();
    runs.listen(
        ends(
            end -> {
              throw new OutOfMemoryError("test");
            }));
    runs.listen(ends(told::add));
    Run run = tried(LINE);
    exit(run, FakeProcess.SUCCESS);
    RunEnd end = runs.end(run);
    assertThat(runs.all()).isEmpty();
    assertThat(told).containsExactly(end);
    Run second = tried(LINE);
    runs.abandon("the daemon is stopping");
    assertThat(runs.all()).isEmpty();
    assertThat(told).hasSize(2).last().matches(e -> e.run().equals(second.id()));
  }

  @Test
  void anEndThatARouteDoesNotPublishIsForTheStoreOnceTheRouteHasSucceeded() {
    Clock clock = Clock.systemUTC();
    RunJournal journal = RunFixture.journal(clock, 1024);
    Runs real = fixture.runs(clock, journal);
    Run stopped = fixture.run(RunFixture.job(LINE));
    Run failed = fixture.run(RunFixture.job(LINE));
    Exchange success = fixture.exchange(stopped);
    Exchange failure = fixture.exchange(failed);
    real.begin(stopped, success);
    real.begin(failed, failure);
    real.endEarly(stopped, new RunSkipped("why"));
    real.endEarly(failed, new RunSkipped("why"));
    assertThat(journal.pendingEnds()).isEmpty();
    failure.setException(new IOException("no space"));
    RunFixture.complete(success);
    RunFixture.complete(failure);
    assertThat(journal.pendingEnds()).extracting(RunEnd::run).containsExactly(stopped.id());
    assertThat(journal.pendingCount()).isEqualTo(2);
  }

  @Test
  void aRunThatNoStepEndedEndsWithItsExchange() {
    List<RunEnd> told = new ArrayList<>();
    runs.listen(ends(told::add));
    Run run = fixture.run(RunFixture.job(LINE));
    Exchange exchange = fixture.exchange(run);
    runs.begin(run, exchange);
    runs.countAttempt(run);
    exchange.setException(new OutOfMemoryError("test"));
    RunFixture.complete(exchange);
    assertThat(runs.all()).isEmpty();
    assertThat(told).hasSize(1);
    assertThat(told.get(0).outcome()).isEqualTo("failed");
    assertThat(told.get(0).reason()).contains("java.lang.OutOfMemoryError: test");
  }

  @Test
  void aRunWhoseWorkerDiedHoldsUpNoOtherRunOfItsJob() {
    PublishOrder order = new PublishOrder(Runnable::run);
    runs.listen(order);
    Job job = RunFixture.job(LINE);
    Run lost = fixture.run(job);
    Exchange exchange = fixture.exchange(lost);
    runs.begin(lost, exchange);
    RunEnd end = runs.endAsLost(lost, new IOException("its worker died"));
    assertThat(end.outcome()).isEqualTo("interrupted");
    assertThat(passes(order, lost, end)).isTrue();
    RunFixture.complete(exchange);
    Run next = fixture.run(job);
    runs.begin(next);
    assertThat(passes(order, next, runs.endEarly(next, new RunSkipped("paused")))).isTrue();
  }

  private boolean passes(PublishOrder order, Run run, RunEnd end) {
    Exchange exchange = fixture.exchange(run);
    exchange.setVariable("end", end);
    return order.process(exchange, async -> {});
  }

  @Test
  void theRoomOfItsOutputIsGivenBackWhenTheExchangeOfARunIsOver() {
    Run run = fixture.run(RunFixture.job(LINE));
    Exchange exchange = fixture.exchange(run);
    runs.begin(run, exchange);
    runs.countAttempt(run);
    process(run);
    progress(run).output().write(StandardStream.STDOUT, new byte[100], 0, 100);
    progress(run).exited(FakeProcess.SUCCESS);
    runs.end(run);
    assertThat(fixture.budget.taken()).isEqualTo(100);
    RunFixture.complete(exchange);
    assertThat(fixture.budget.taken()).isZero();
  }

  private static RunListener ends(Consumer<RunEnd> listener) {
    return new RunListener() {
      @Override
      public void ended(Run run, RunEnd end) {
        listener.accept(end);
      }
    };
  }

  @Test
  void aRequestedRunThatBeginsInTheSameDaemonIsNotForgottenWithItsRequest() {
    Run requested = fixture.run(RunFixture.job(LINE));
    Exchange scheduler = fixture.exchange(requested);
    runs.begin(requested, scheduler);
    Run delivered =
        new Run(requested.id(), requested.job(), requested.scheduled(), requested.cause(), 1);
    runs.begin(delivered, fixture.exchange(delivered));
    runs.countAttempt(delivered);
    List<String> over = new ArrayList<>();
    runs.listen(
        new RunListener() {
          @Override
          public void over(Run run) {
            over.add(run.id());
          }
        });

    runs.forget(requested);
    scheduler.setRouteStop(true);
    new StopMeansSkip(runs).onExchangeDone(null, scheduler);
    RunFixture.complete(scheduler);

    exit(delivered, FakeProcess.SUCCESS);
    assertThat(scheduler.getException()).isNull();
    assertThat(over).isEmpty();
    assertThat(runs.end(delivered).outcome()).isEqualTo("succeeded");
  }

  private Run tried(String... lines) {
    Run run = fixture.begun(lines);
    assertThat(runs.hasAttemptLeft(run)).isTrue();
    runs.countAttempt(run);
    return run;
  }

  private FakeProcess process(Run run) {
    FakeProcess process = new FakeProcess();
    runs.started(run, process, fixture.clock.instant());
    return process;
  }

  private void exit(Run run, ExitStatus status) {
    process(run);
    progress(run).exited(status);
  }

  private RunProgress progress(Run run) {
    return runs.find(run.id()).orElseThrow();
  }
}
