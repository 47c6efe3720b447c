// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.crontab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class JobJsonTest {
  private static final String DIGEST = ",\"digest\":\"[0-9a-f]{12}\"";
  private final JobJson json = new JobJson(Spec.OPTIONS.endpoints());

  private static Job job(String crontab) {
    return Spec.read(crontab).jobs().get(0);
  }

  @Test
  void hasTheKeysThatCheckPrints() {
    assertThat(
            JobJson.write(job("FOO=b\nCRON_OVERLAP=skip\n5 0 * * Mon root cat%\"a\""), Spec.NOW)
                .replaceFirst("[0-9a-f]{12}\"}$", "DIGEST\"}"))
        .isEqualTo(
            "{\"id\":\"540f8586fbb1\",\"line\":3,\"schedule\":\"5 0 * *"
                + " Mon\",\"zone\":\"Europe/Berlin\","
                + "\"user\":\"root\",\"command\":\"cat\",\"stdin\":\"\\\"a\\\"\\n\",\"endpoint\":false,"
                + "\"environment\":{\"FOO\":\"b\",\"CRON_OVERLAP\":\"skip\"},\"policies\":{\"overlap\":\"skip\"},"
                + "\"next\":\"2026-01-19T00:05:00+01:00\",\"digest\":\"DIGEST\"}");
  }

  @Test
  void keepsTheLineAsWrittenOnlyWhereItCannotBeTold() {
    assertThat(JobJson.write(job("* * * * * - cat%a"), Spec.NOW)).doesNotContain("\"raw\"");
    assertThat(JobJson.write(job("* * * * * - cat%a%"), Spec.NOW)).contains("\"raw\":\"cat%a%\"");
  }

  @Test
  void aStoredEndpointIsCheckedAgain() {
    String stored =
        JobJson.write(job("* * * * * - log:x"), Spec.NOW)
            .replace("log:x", "exec:x")
            .replaceFirst(DIGEST, "");

    assertThatThrownBy(() -> json.read(stored))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("endpoint scheme exec is not allowed");
  }

  @Test
  void aStoredPolicyIsCheckedAgain() {
    String stored =
        JobJson.write(job("CRON_RETRIES=3\n* * * * * - x"), Spec.NOW)
            .replace("\"retries\":3", "\"retries\":-3")
            .replaceFirst(DIGEST, "");

    assertThatThrownBy(() -> json.read(stored))
        .hasMessageContaining("CRON_RETRIES -3 is not allowed");
  }

  @Test
  void whatIsNoJobIsRefused() {
    assertThatThrownBy(() -> json.read("{")).hasMessageStartingWith("stored job is not JSON");
    assertThatThrownBy(() -> json.read("[]"))
        .hasMessage("stored job has no string for key command");
    assertThatThrownBy(() -> json.read("")).hasMessageStartingWith("stored job");
  }

  @Test
  void whatWouldTearARenderedCrontabApartIsRefused() {
    String stored = JobJson.write(job("A=bc\n* * * * * root x"), Spec.NOW).replaceFirst(DIGEST, "");

    assertThatThrownBy(() -> json.read(stored.replace("bc", "b\\n* * * * * root c")))
        .hasMessage("stored job has a newline or NUL in key environment");
    assertThatThrownBy(() -> json.read(stored.replace("root", "ro\\not")))
        .hasMessage("stored job has a newline or NUL in key user");
  }

  @Test
  void aStoredJobMatchesItsDigest() {
    Job job = job("* * * * * root rm -r /tmp/x");
    String stored = JobJson.write(job, Spec.NOW);

    assertThat(json.read(stored)).isEqualTo(job);
    assertThatThrownBy(() -> json.read(stored.replace("/tmp/x", "/tmp x")))
        .hasMessageContaining("does not match its digest");
    assertThatThrownBy(() -> json.read(stored.replace("\",\"digest", "\", \"digest")))
        .hasMessageContaining("does not match its digest");
  }

  @Test
  void aStoredJobWithoutADigestCountsAsEditedByHand() {
    String stored = JobJson.write(job("* * * * * root a"), Spec.NOW).replaceFirst(DIGEST, "");

    assertThat(json.read(stored.replace("\"a\"", "\"b\"")).command()).isEqualTo("b");
  }

  @Test
  void aStoredJobThatWouldRenderIntoAnotherIsRefused() {
    String stored = JobJson.write(job("* * * * * root a"), Spec.NOW).replaceFirst(DIGEST, "");

    assertThatThrownBy(() -> json.read(stored.replace("root", "ro ot")))
        .hasMessage("user of a stored job is empty or contains a blank");
    assertThatThrownBy(() -> json.read(stored.replace("\"a\"", "\" \"")))
        .hasMessage("command of a stored job is empty");
  }
}
