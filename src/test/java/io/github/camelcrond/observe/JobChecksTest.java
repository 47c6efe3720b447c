// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelcrond.config.CheckResult;
import io.github.camelcrond.crontab.CrontabReader;
import io.github.camelcrond.crontab.Job;
import io.github.camelcrond.crontab.ReaderOptions;
import io.github.camelcrond.job.JobTable;
import io.github.camelcrond.run.Run;
import io.github.camelcrond.run.RunEnd;
import io.github.camelcrond.run.RunHistory;
import io.github.camelcrond.run.RunId;
import io.github.camelcrond.schedule.SettableClock;
import io.github.camelcrond.trigger.ClockWatch;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class JobChecksTest {
  private final SettableClock clock = new SettableClock(Instant.parse("2026-11-22T12:00:00Z"));
  private final RunHistory history = new RunHistory(false);
  private final JobTable jobs =
      new JobTable(clock, new RunId(clock), Duration.ofMinutes(1), new ClockWatch(clock, () -> 0));

  private JobChecks checks(String crontab, Optional<Integer> failures) {
    jobs.replace(new CrontabReader(ReaderOptions.of(ZoneOffset.UTC), clock).read(crontab).jobs());
    return new JobChecks(jobs, history, failures, clock);
  }

  private void ends(String job, String outcome) {
    Job found = jobs.find(job).orElseThrow();
    Instant now = clock.instant();
    String id = new RunId(clock).next();
    history.ended(
        new Run(id, found, now, Run.Cause.SCHEDULE),
        new RunEnd(
            job,
            id,
            outcome,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            "schedule",
            now,
            Optional.of(now),
            now,
            "host",
            1,
            false,
            "",
            Optional.empty()));
  }

  @Test
  void anyNumberOfFailuresIsBorneUnlessSomebodyAsked() {
    JobChecks checks = checks("CRON_NAME=a\n* * * * * root x\n", Optional.empty());
    ends("a", "failed");
    ends("a", "failed");
    assertThat(checks.check()).isEqualTo(CheckResult.up("1 jobs"));
  }

  @Test
  void isDownAfterSoManyFailuresInARow() {
    JobChecks checks = checks("CRON_NAME=a\n* * * * * root x\n", Optional.of(2));
    ends("a", "failed");
    assertThat(checks.check().up()).isTrue();
    ends("a", "timed-out");
    assertThat(checks.check()).isEqualTo(CheckResult.down("a failed 2 times in a row"));
    ends("a", "succeeded");
    assertThat(checks.check().up()).isTrue();
  }

  @Test
  void isDownWhenTheLastSuccessIsOlderThanTheJobAllows() {
    JobChecks checks =
        checks("CRON_NAME=a\nCRON_MAX_AGE=26h\n0 6 * * * root x\n", Optional.empty());
    clock.pass(Duration.ofHours(26));
    assertThat(checks.check().up()).isTrue();
    clock.pass(Duration.ofSeconds(1));
    assertThat(checks.check()).isEqualTo(CheckResult.down("a never succeeded"));
    ends("a", "succeeded");
    assertThat(checks.check().up()).isTrue();
  }

  @Test
  void namesNoMoreThanTen() {
    StringBuilder crontab = new StringBuilder();
    for (int i = 0; i < 12; i++) {
      crontab.append("CRON_NAME=job-").append(i).append("\n* * * * * root x\n");
    }
    JobChecks checks = checks(crontab.toString(), Optional.of(1));
    jobs.all().forEach(job -> ends(job.id(), "failed"));
    assertThat(checks.check().message()).endsWith(" and 2 more").doesNotContain("job-11");
  }

  @Test
  void theAlarmClockIsDeadAfterNinetySecondsOfSilence() {
    SchedulerTick tick = new SchedulerTick(clock);
    clock.pass(Duration.ofSeconds(90));
    assertThat(tick.check().up()).isTrue();
    clock.pass(Duration.ofSeconds(1));
    assertThat(tick.check()).isEqualTo(CheckResult.down("ticked 91 s ago"));
    tick.noteTick();
    assertThat(tick.check().up()).isTrue();
  }

  @Test
  void aClockThatIsSetBackIsNoSilence() {
    SchedulerTick tick = new SchedulerTick(clock);
    clock.set(Duration.ofSeconds(-3_600));
    assertThat(tick.check().up()).isTrue();
    clock.pass(Duration.ofSeconds(91));
    assertThat(tick.check().up()).isFalse();
  }
}
