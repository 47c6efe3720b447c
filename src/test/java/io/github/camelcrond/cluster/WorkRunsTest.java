// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelcrond.cluster.Leases.Start;
import io.github.camelcrond.crontab.JobJson;
import io.github.camelcrond.run.FailedAttempts;
import io.github.camelcrond.run.Run;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;

class WorkRunsTest {
  private static final FailedAttempts FAILED =
      new FailedAttempts(2, "host", Requests.AT, Optional.of(Requests.AT.minusSeconds(5)));

  private static WorkRuns work(Instant now) {
    return work(now, false);
  }

  private static WorkRuns work(Instant now, boolean others) {
    return work(now, others, rejected -> Duration.ZERO);
  }

  private static WorkRuns work(Instant now, boolean others, LongFunction<Duration> delays) {
    Clock clock = Clock.fixed(now, ZoneOffset.UTC);
    return new WorkRuns(
        new JobJson(Requests.OPTIONS.endpoints()), 3, "host", () -> others, delays, clock);
  }

  private static Start start(int number) {
    return new Start(number, Optional.empty());
  }

  private static WorkRuns work() {
    return work(Requests.AT);
  }

  @Test
  void makesTheRunThatIsAskedFor() throws Exception {
    String stored = JobJson.write(Requests.job("CRON_TIMEOUT=5s"), Requests.AT);

    Run run = work().readRun(Requests.of("r1"), stored, start(2));

    assertThat(run.id()).isEqualTo("r1");
    assertThat(run.scheduled()).isEqualTo(Requests.AT);
    assertThat(run.cause()).isEqualTo(Run.Cause.SCHEDULE);
    assertThat(run.delivery()).isEqualTo(2);
    assertThat(run.job().command()).isEqualTo("true");
    assertThat(run.job().policies().timeout()).contains(Duration.ofSeconds(5));
  }

  @Test
  void waitsAMinuteForAJobThatIsNotStoredYet() {
    assertThatThrownBy(
            () -> work(Requests.AT.plusSeconds(59)).readRun(Requests.of("r1"), null, start(1)))
        .isInstanceOf(NotStoredYet.class);
    assertThatThrownBy(
            () -> work(Requests.AT.plusSeconds(60)).readRun(Requests.of("r1"), null, start(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the job is not in the store");
  }

  @Test
  void recordsARequestWhoseJobIsGoneAsSkipped() {
    Exception gone = new IllegalArgumentException("it is gone");
    var end =
        work()
            .endWithoutJob(
                Requests.of("r1"), start(1), new RuntimeException("Failed to invoke", gone));

    assertThat(end.outcome()).isEqualTo("skipped");
    assertThat(end.reason()).contains("it is gone");
    assertThat(end.run()).isEqualTo("r1");
  }

  @Test
  void continuesARetryWithTheAttemptsOfOtherWorkers() throws Exception {
    String stored = JobJson.write(Requests.job("CRON_RETRIES=3"), Requests.AT);

    Run run = work().readRun(Requests.of("r1"), stored, new Start(1, Optional.of(FAILED)));

    assertThat(run.failed()).contains(FAILED);
    assertThat(run.failedAttempts()).isEqualTo(2);
    assertThat(FailedAttempts.parse(FAILED.json())).isEqualTo(FAILED);
  }

  @Test
  void recordsARetryWhoseJobIsGoneAsInterrupted() {
    var end =
        work()
            .endWithoutJob(
                Requests.of("r1"), new Start(1, Optional.of(FAILED)), new Exception("it is gone"));

    assertThat(end.outcome()).isEqualTo("interrupted");
    assertThat(end.attempt()).isEqualTo(2);
    assertThat(end.started()).isEqualTo(FAILED.started());
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          another worker should get it        | host  | 9  | true  | true
          this worker is the only one         | host  | 9  | false | false
          no other worker got it in time      | host  | 10 | true  | false
          it failed on another host           | other | 0  | true  | false
          """)
  void leavesARetryToOtherWorkersFirst(
      String rule, String host, int seconds, boolean others, boolean left) {
    var failed = new FailedAttempts(1, host, Requests.AT, Optional.empty());
    WorkRuns work = work(Requests.AT.plusSeconds(seconds), others);

    assertThat(work.isBetterElsewhere(new Start(1, Optional.of(failed)))).isEqualTo(left);
    assertThat(work.isBetterElsewhere(start(1))).isFalse();
  }

  @ParameterizedTest(name = "{0}, {1} s after the attempt, rejected {2} times")
  @CsvSource({
    "CRON_RETRY_DELAY=60s, 57, 2, true",
    "CRON_RETRY_DELAY=60s, 58, 2, false",
    "CRON_RETRY_DELAY=60s, 59, , true",
    "CRON_RETRY_DELAY=60s, 70, , false",
    "CRON_RETRY_DELAY=60s, 20, 20, true",
    "CRON_RETRY_DELAY=60s, 20, 21, false",
    "CRON_OVERLAP=skip, 0, , false",
  })
  void leavesARequestToABrokerThatDeliversItBeforeTheRetryIsDue(
      String variables, int seconds, Long rejected, boolean left) throws Exception {
    Instant now = Requests.AT.plusSeconds(seconds);
    String stored = JobJson.write(Requests.job("CRON_RETRIES=1\n" + variables), Requests.AT);
    var failed = new FailedAttempts(1, "other", Requests.AT, Optional.empty());
    Start start = new Start(1, Optional.of(failed));
    WorkRuns delaying = work(now, true, times -> Duration.ofSeconds(1 + times));
    WorkRequest request = Requests.of("r1");
    Run run = delaying.readRun(request, stored, start);

    assertThat(delaying.isBetterLater(request, run, rejected)).isEqualTo(left);
    assertThat(work(now).isBetterLater(request, run, rejected)).isFalse();
    Run first = delaying.readRun(request, stored, start(1));
    assertThat(delaying.isBetterLater(request, first, rejected)).isFalse();
  }

  @ParameterizedTest(name = "{0}")
  @CsvFileSource(resources = "/spec/work-deliveries.csv", delimiter = '|')
  void beginsARunAgainAsOftenAsItMay(String rule, String variables, int delivery, String refusal) {
    Run run =
        new Run(
            "r1",
            Requests.job(variables == null ? "" : variables),
            Requests.AT,
            Run.Cause.SCHEDULE,
            delivery);

    if (refusal == null) {
      assertThatCode(() -> work().requireStartAllowed(run)).doesNotThrowAnyException();
    } else {
      assertThatThrownBy(() -> work().requireStartAllowed(run))
          .isInstanceOf(WorkerDied.class)
          .hasMessage(refusal);
    }
  }

  @Test
  void knowsARunAmongTheRecords() {
    List<String> records = List.of("{\"run\":\"r1\",\"job\":\"j\"}");

    assertThat(work().isRecorded(Requests.of("r1"), records)).isTrue();
    assertThat(work().isRecorded(Requests.of("r2"), records)).isFalse();
    String lost = "{\"run\":\"r3\",\"reason\":\"lost its place: its lease of 30s had ended\"}";
    assertThat(work().isRecorded(Requests.of("r3"), List.of(lost)))
        .as("another worker has taken it over")
        .isFalse();
    String output = "{\"run\":\"r4\",\"output\":\"lost its place\"}";
    assertThat(work().isRecorded(Requests.of("r4"), List.of(output))).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"0, , false", "0, false, false", "0, true, true", "1799, , false", "1801, , true"})
  void looksForTheRecordOfARequestThatIsOldOrWasDeliveredBefore(
      int seconds, Boolean redelivered, boolean looks) {
    WorkRequest request = Requests.of("r1");

    assertThat(work(request.requested().plusSeconds(seconds)).mayBeRecorded(request, redelivered))
        .isEqualTo(looks);
  }
}
