// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.crontab;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelcrond.config.Json;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole crontabs: {@code x.crontab} is read as {@code x.expected} says. */
class CrontabFilesTest {

  @ParameterizedTest
  @ValueSource(
      strings = {"dialect", "mistakes", "endpoints", "names", "zones", "policies", "lines"})
  void readsAsExpected(String name) {
    Crontab read = new CrontabReader(Spec.OPTIONS, Spec.CLOCK).check(Spec.file(name + ".crontab"));

    assertThat(Spec.dump(read))
        .isEqualTo(new String(Spec.file(name + ".expected"), StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"dialect", "mistakes", "endpoints", "names", "zones", "policies", "lines"})
  void isRenderedToTheSameJobs(String name) {
    List<Job> jobs =
        Spec.read(new String(Spec.file(name + ".crontab"), StandardCharsets.UTF_8)).jobs();

    Crontab again = Spec.read(CrontabWriter.render(jobs, CrontabFormat.SYSTEM));

    assertThat(again.errors()).isEmpty();
    assertThat(again.jobs().stream().map(CrontabFilesTest::apartFromItsLine).toList())
        .isEqualTo(jobs.stream().map(CrontabFilesTest::apartFromItsLine).toList());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"dialect", "mistakes", "endpoints", "names", "zones", "policies", "lines"})
  void comesBackFromItsJson(String name) {
    JobJson json = new JobJson(Spec.OPTIONS.endpoints());
    List<Job> jobs =
        Spec.read(new String(Spec.file(name + ".crontab"), StandardCharsets.UTF_8)).jobs();

    for (Job job : jobs) {
      Job read = json.read(JobJson.write(job, Spec.NOW));

      assertThat(read).usingRecursiveComparison().ignoringFields("schedule").isEqualTo(job);
      assertThat(read.schedule().next(Spec.NOW)).isEqualTo(job.schedule().next(Spec.NOW));
    }
  }

  private static String apartFromItsLine(Job job) {
    return job.raw() + Json.text(JobJson.facts(job, Spec.NOW)).replaceFirst("\"line\":\\d+", "");
  }
}
