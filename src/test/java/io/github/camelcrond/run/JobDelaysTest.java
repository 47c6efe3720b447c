// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelcrond.config.Durations;
import io.github.camelcrond.crontab.Job;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

class JobDelaysTest {
  private final RunFixture fixture = new RunFixture();
  private final JobDelays delays = new JobDelays(fixture.runs, fixture.clock);

  @ParameterizedTest
  @CsvFileSource(resources = "/spec/job/retry-delay.csv", delimiter = '|')
  void pausesBeforeARetry(String rule, String first, int tries, String pause) {
    Run run = fixture.begun("CRON_RETRIES=100", "CRON_RETRY_DELAY=" + first, "* * * * * root true");
    for (int i = 0; i < tries; i++) {
      fail(run);
    }
    assertThat(Durations.format(delays.beforeRetry(run))).as(rule).isEqualTo(pause);
  }

  @Test
  void doesNotPauseWhenNoTryIsLeft() {
    Run run = fixture.begun("CRON_RETRIES=1", "* * * * * root true");
    fail(run);
    fail(run);
    assertThat(delays.beforeRetry(run)).isZero();
  }

  @Test
  void doesNotPauseOnceTheDaemonStops() {
    Run run = fixture.begun("CRON_RETRIES=1", "* * * * * root true");
    fail(run);
    fixture.runs.close("the daemon is stopping");
    assertThat(delays.beforeRetry(run)).isZero();
  }

  @Test
  void waitsForWhatIsLeftOfThePauseAfterAnAttemptOnAnotherWorker() {
    Job job =
        RunFixture.job(
            "CRON_RETRIES=3", "CRON_RETRY_DELAY=10s", "RANDOM_DELAY=5", "* * * * * root true");
    Instant now = fixture.clock.instant();
    var failed = new FailedAttempts(2, "other", now.minusSeconds(7), Optional.of(now));
    Run run =
        new Run(
            "r", job, now, Run.Cause.SCHEDULE, 1, Optional.of(failed), 0, Optional.empty(), false);
    fixture.runs.begin(run);

    assertThat(delays.beforeStart(run)).isZero();
    assertThat(delays.beforeRetry(run)).isEqualTo(Duration.ofSeconds(13));
    fail(run);
    assertThat(delays.beforeRetry(run)).isEqualTo(Duration.ofSeconds(40));
  }

  @Test
  void startsAtOnceWithoutRandomDelay() {
    assertThat(delays.beforeStart(fixture.begun("* * * * * root true"))).isZero();
  }

  @Test
  void drawsADelayUpToItsBound() {
    Run run = fixture.run(RunFixture.job("RANDOM_DELAY=10", "0 * * * * root true"));
    assertThat(IntStream.range(0, 1_000).mapToObj(i -> delays.beforeStart(run)))
        .allMatch(d -> !d.isNegative() && d.compareTo(Duration.ofMinutes(10)) <= 0)
        .anyMatch(d -> d.compareTo(Duration.ofMinutes(5)) > 0)
        .anyMatch(d -> d.compareTo(Duration.ofMinutes(5)) < 0);
  }

  @Test
  void neverDelaysBeyondTheNextFiring() {
    Run run = fixture.run(RunFixture.job("RANDOM_DELAY=10", "* * * * * root true"));
    assertThat(IntStream.range(0, 1_000).mapToObj(i -> delays.beforeStart(run)))
        .allMatch(d -> d.compareTo(Duration.ofMinutes(1)) < 0);
  }

  @Test
  void delaysNoRunThatSomebodyAsksFor() {
    Run run =
        new Run(
            "r",
            RunFixture.job("RANDOM_DELAY=10", "0 * * * * root true"),
            Instant.EPOCH,
            Run.Cause.MANUAL);
    assertThat(delays.beforeStart(run)).isZero();
  }

  private void fail(Run run) {
    fixture.runs.countAttempt(run);
    fixture.runs.find(run.id()).orElseThrow().exited(FakeProcess.FAILURE);
  }
}
