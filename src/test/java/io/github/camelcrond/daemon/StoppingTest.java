// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.awaitility.Awaitility.await;

import io.github.camelcrond.config.SettingsLoader;
import io.github.camelcrond.run.DelayStep;
import io.github.camelcrond.run.RunEnd;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What outlives a daemon, and what a stop makes of the runs. */
class StoppingTest {
  @TempDir Path folder;
  private InnerDaemon daemon;

  @BeforeEach
  void make() {
    daemon = new InnerDaemon(folder);
  }

  @AfterEach
  void close() {
    daemon.close();
  }

  @Test
  void runsThatWaitOrRunLeaveTheirRecords() throws Exception {
    daemon
        .crontab(
            "CRON_KILL_AFTER=1s",
            "CRON_NAME=sleeps",
            "0 0 1 1 * - sleep 60",
            "CRON_NAME=stubborn",
            "0 0 1 1 * - trap '' TERM; while :; do sleep 0.05; done",
            "CRON_GROUP=g",
            "CRON_NAME=inside",
            "0 0 1 1 * - sleep 60",
            "CRON_NAME=waits",
            "0 0 1 1 * - true",
            "CRON_GROUP=",
            "CRON_RETRIES=3",
            "CRON_RETRY_DELAY=1h",
            "CRON_NAME=pauses",
            "0 0 1 1 * - exit 3")
        .start();
    Stream.of("sleeps", "stubborn", "inside").map(daemon::runNow).forEach(daemon::awaitProcess);
    daemon.runNow("waits");
    daemon.runNow("pauses");
    await().until(() -> daemon.runs().all().size() == 5);
    await().until(() -> daemon.bean("wait-before-retry", DelayStep.class).waiting() == 1);
    daemon.stop().start();

    assertThat(only("sleeps").outcome()).isEqualTo("interrupted");
    assertThat(only("sleeps").signal()).contains(15);
    assertThat(only("stubborn").outcome()).isEqualTo("interrupted");
    assertThat(only("stubborn").signal()).contains(9);
    assertThat(only("waits").outcome()).isEqualTo("skipped");
    assertThat(only("pauses").outcome()).isEqualTo("interrupted");
    assertThat(only("pauses").exitCode()).contains(3);
    assertThat(only("pauses").attempt()).isEqualTo(1);
    assertThat(Stream.of("sleeps", "stubborn", "inside", "waits", "pauses").map(this::only))
        .allMatch(end -> end.reason().orElseThrow().equals("the daemon is stopping"));
  }

  @Test
  void aRunThatEndsWithinTheGraceIsNotCutOff() throws Exception {
    daemon.set("crond.stop.grace", "30s");
    daemon.crontab("CRON_NAME=short", "0 0 1 1 * - sleep 1").start();
    daemon.awaitProcess(daemon.runNow("short"));
    daemon.stop().start();
    assertThat(only("short").outcome()).isEqualTo("succeeded");
  }

  @Test
  @Timeout(60)
  void aSecondRequestToStopWaitsForNoRun() throws Exception {
    daemon.set("crond.stop.grace", "1h");
    daemon
        .crontab(
            "CRON_KILL_AFTER=1h",
            "CRON_NAME=stubborn",
            "0 0 1 1 * - trap '' TERM; while :; do sleep 0.05; done")
        .start();
    daemon.awaitProcess(daemon.runNow("stubborn"));
    daemon.daemon().requestStop();
    daemon.daemon().requestStop();
    daemon.stop().start();
    assertThat(only("stubborn").signal()).contains(9);
  }

  @Test
  void aRequestToReloadBeforeTheStartIsNotAFault() {
    Daemon early = new Daemon(SettingsLoader.load(Map.of(), new Properties()), Clock.systemUTC());
    assertThatCode(early::reload).doesNotThrowAnyException();
  }

  @Test
  void aRandomDelayIsCutShort() throws Exception {
    daemon.crontab("CRON_NAME=late", "RANDOM_DELAY=600", "@reboot - true").start();
    await().until(() -> daemon.bean("wait-random-delay", DelayStep.class).waiting() == 1);
    daemon.stop().start();
    assertThat(only("late").outcome()).isEqualTo("skipped");
    assertThat(only("late").reason()).contains("the daemon is stopping");
  }

  @Test
  void aPausedJobStaysPaused() throws Exception {
    daemon.crontab("CRON_NAME=tick", "@every 1s - true").start();
    daemon.to("direct:job-pause").withVariable("job-id", "tick").send();
    awaitOutcome("skipped");
    assertThat(daemon.history("tick").findFirst().orElseThrow().reason().orElseThrow())
        .startsWith("the job is paused");
    assertThat(daemon.end("tick", daemon.runNow("tick")).outcome()).isEqualTo("succeeded");
    daemon.stop().start();
    awaitOutcome("skipped");
    daemon.to("direct:job-resume").withVariable("job-id", "tick").send();
    awaitOutcome("succeeded");
  }

  @Test
  void aFaultOfAStepThatAUserAddedIsRecorded() throws Exception {
    Path routes = folder.resolve("routes");
    copy(Path.of("routes"), routes);
    Path jobRun = routes.resolve("job-run.camel.yaml");
    String text = Files.readString(jobRun);
    String step =
        "        - throwException:\n"
            + "            exceptionType: java.lang.IllegalStateException\n"
            + "            message: no calendar of holidays\n";
    String gate = "        - process:\n            ref: apply-overlap-policy\n";
    assertThat(text).contains(gate);
    Files.writeString(jobRun, text.replace(gate, step + gate));
    daemon.set("crond.routes.dir", routes.toString());
    daemon.crontab("CRON_NAME=a", "0 0 1 1 * - true").start();
    RunEnd end = daemon.end("a", daemon.runNow("a"));
    assertThat(end.outcome()).isEqualTo("not-started");
    assertThat(end.reason()).contains("no calendar of holidays");
    assertThat(daemon.runs().all()).isEmpty();
  }

  private void awaitOutcome(String outcome) {
    await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () ->
                daemon
                    .history("tick")
                    .findFirst()
                    .filter(end -> end.outcome().equals(outcome))
                    .isPresent());
  }

  private RunEnd only(String job) {
    List<RunEnd> ends =
        await()
            .atMost(Duration.ofSeconds(20))
            .until(() -> daemon.history(job).toList(), found -> !found.isEmpty());
    assertThat(ends).hasSize(1);
    return ends.get(0);
  }

  private static void copy(Path from, Path to) throws Exception {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file)));
      }
    }
  }
}
