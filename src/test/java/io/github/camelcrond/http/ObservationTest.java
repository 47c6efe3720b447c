// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** Health and metrics of a daemon that runs. */
final class ObservationTest {
  private static final Path PROMTOOL = Path.of("/usr/bin/promtool");
  private static final String CRONTAB =
      """
      CRON_NAME = good
      @every 1s - true
      CRON_NAME = bad
      @every 1s - exit 3
      99 * * * * - echo secret-command
      """;

  @TempDir private Path folder;
  private RunningDaemon daemon;

  @AfterEach
  void stop() {
    daemon.close();
  }

  private String metrics() throws IOException {
    return daemon.get("/observe/metrics").body();
  }

  @Test
  void countsRunsByJobAndOutcome() throws Exception {
    daemon = RunningDaemon.start(folder, CRONTAB);
    await()
        .untilAsserted(
            () ->
                assertThat(metrics())
                    .contains("crond_runs_total{job=\"good\",outcome=\"succeeded\"}")
                    .contains("crond_runs_total{job=\"bad\",outcome=\"failed\"}")
                    .contains("crond_run_duration_seconds_bucket{job=\"good\",le=\"0.1\"}")
                    .contains("crond_run_lateness_seconds_bucket{le=\"0.005\"}")
                    .contains("crond_job_last_success_timestamp_seconds{job=\"good\"}")
                    .doesNotContain("crond_job_last_success_timestamp_seconds{job=\"bad\"}")
                    .contains("crond_job_next_run_timestamp_seconds{job=\"bad\"}")
                    .contains("crond_crontab_bad_lines 1.0")
                    .contains("crond_store_up 1.0")
                    .contains("jvm_memory_used_bytes"));
  }

  @Test
  void aJobThatIsGoneLeavesNoSeries() throws Exception {
    daemon = RunningDaemon.start(folder, CRONTAB);
    await().until(() -> metrics().contains("crond_runs_total{job=\"bad\""));
    Files.writeString(daemon.crontab(), "CRON_NAME = good\n@every 1s - true\n");
    daemon.daemon().reload();
    await().until(() -> !metrics().contains("job=\"bad\""));
    assertThat(metrics()).contains("job=\"good\"");
  }

  @Test
  void metricsOfEachJobCanBeLeftOut() throws Exception {
    daemon = RunningDaemon.start(folder, CRONTAB, "CROND_METRICS_PER_JOB=false");
    await().until(() -> metrics().contains("crond_runs_total{outcome=\"failed\"}"));
    assertThat(metrics()).doesNotContain("job=");
  }

  @Test
  void unitsInNamesAreThoseOfPrometheus() throws Exception {
    daemon = RunningDaemon.start(folder, CRONTAB);
    assertThat(metrics().lines().filter(line -> line.startsWith("# TYPE ")))
        .contains("# TYPE process_cpu_seconds_total counter")
        .noneMatch(line -> line.matches(".*_(ns|ms)(_total)? .*"))
        .noneMatch(line -> line.matches(".*_(count|sum|bucket) .*"))
        .allMatch(line -> line.endsWith(" counter") == line.contains("_total "));
  }

  @Test
  @EnabledIf("hasPromtool")
  void promtoolFindsNothingWrong() throws Exception {
    daemon = RunningDaemon.start(folder, CRONTAB);
    await().until(() -> metrics().contains("crond_runs_total"));
    Process promtool =
        new ProcessBuilder(PROMTOOL.toString(), "check", "metrics")
            .redirectErrorStream(true)
            .start();
    try (OutputStream in = promtool.getOutputStream()) {
      in.write(metrics().getBytes(StandardCharsets.UTF_8));
    }
    String said = new String(promtool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(promtool.waitFor()).as(said).isZero();
  }

  static boolean hasPromtool() {
    boolean there = Files.isExecutable(PROMTOOL);
    if (!there) {
      System.out.println("NOTICE: metrics are not checked by promtool, it is not installed");
    }
    return there;
  }

  @Test
  void isUnhealthyWhenAJobFailsTooOften() throws Exception {
    daemon = RunningDaemon.start(folder, CRONTAB, "CROND_HEALTH_FAILURES=2");
    await().until(() -> daemon.get("/observe/health").statusCode() == 503);
    assertThat(daemon.get("/observe/health").body())
        .contains("\"name\":\"jobs\",\"status\":\"DOWN\",\"message\":\"bad failed ")
        .contains("invalid lines: 5")
        .doesNotContain("secret-command");
    assertThat(daemon.get("/observe/health/live").statusCode()).isEqualTo(200);
    assertThat(daemon.get("/observe/health/ready").statusCode()).isEqualTo(200);
  }

  @Test
  void isNotReadyWithoutACrontab() throws Exception {
    daemon = RunningDaemon.start(folder, CRONTAB);
    Path missing = folder.resolve("missing");
    Files.createDirectory(missing);
    RunningDaemon other =
        RunningDaemon.startUnready(
            missing, "CROND_CRONTAB_FILE=" + missing.resolve("none"), "CROND_RECOVERY=off");
    try {
      assertThat(other.get("/observe/health/ready").statusCode()).isEqualTo(503);
      assertThat(other.get("/observe/health/ready").body()).contains("no crontab");
      assertThat(other.get("/observe/health/live").statusCode()).isEqualTo(200);
    } finally {
      other.close();
    }
  }

  @Test
  void isNotReadyWhileTheStoreMayHaveTheCrontab() throws Exception {
    daemon = RunningDaemon.start(folder, CRONTAB);
    Path empty = Files.createDirectory(folder.resolve("empty"));
    Path crontab = Files.writeString(empty.resolve("crontab"), "");
    try (RunningDaemon other =
        RunningDaemon.startUnready(
            empty,
            "CROND_CRONTAB_FILE=" + crontab,
            "CROND_STORE=redis",
            "CROND_REDIS_URL=redis://127.0.0.1:1")) {
      await().until(() -> other.get("/observe/health/ready").body().contains("the store has not"));
      assertThat(other.get("/observe/health/ready").statusCode()).isEqualTo(503);
      assertThat(other.get("/observe/health/live").statusCode()).isEqualTo(200);
      Files.writeString(crontab, "@yearly - true\n");
      await().until(() -> other.get("/observe/health/ready").statusCode() == 200);
    }
  }
}
