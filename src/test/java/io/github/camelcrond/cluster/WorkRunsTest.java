// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelcrond.crontab.JobJson;
import io.github.camelcrond.run.Run;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

class WorkRunsTest {
  private static WorkRuns work(Instant now) {
    return new WorkRuns(
        new JobJson(Requests.OPTIONS.endpoints()), 3, "host", Clock.fixed(now, ZoneOffset.UTC));
  }

  private static WorkRuns work() {
    return work(Requests.AT);
  }

  @Test
  void makesTheRunThatIsAskedFor() throws Exception {
    String stored = JobJson.write(Requests.job("CRON_TIMEOUT=5s"), Requests.AT);

    Run run = work().readRun(Requests.of("r1"), stored, 2);

    assertThat(run.id()).isEqualTo("r1");
    assertThat(run.scheduled()).isEqualTo(Requests.AT);
    assertThat(run.cause()).isEqualTo(Run.Cause.SCHEDULE);
    assertThat(run.delivery()).isEqualTo(2);
    assertThat(run.job().command()).isEqualTo("true");
    assertThat(run.job().policies().timeout()).contains(Duration.ofSeconds(5));
  }

  @Test
  void waitsAMinuteForAJobThatIsNotStoredYet() {
    assertThatThrownBy(() -> work(Requests.AT.plusSeconds(59)).readRun(Requests.of("r1"), null, 1))
        .isInstanceOf(NotStoredYet.class);
    assertThatThrownBy(() -> work(Requests.AT.plusSeconds(60)).readRun(Requests.of("r1"), null, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the job is not in the store");
  }

  @Test
  void recordsARequestWhoseJobIsGoneAsSkipped() {
    Exception gone = new IllegalArgumentException("it is gone");
    var end =
        work().endWithoutJob(Requests.of("r1"), new RuntimeException("Failed to invoke", gone));

    assertThat(end.outcome()).isEqualTo("skipped");
    assertThat(end.reason()).contains("it is gone");
    assertThat(end.run()).isEqualTo("r1");
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
  }
}
