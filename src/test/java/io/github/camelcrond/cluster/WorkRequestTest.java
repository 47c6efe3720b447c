// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkRequestTest {
  @Test
  void isReadAsItWasWritten() {
    WorkRequest request = Requests.of("r1");

    assertThat(WorkRequest.parse(request.json())).contains(request);
  }

  @Test
  void carriesTheNoteOfItsRun() {
    WorkRequest request =
        new WorkRequest(
            "j", "r1", Requests.AT, "schedule", "d", Requests.AT, Optional.of("claimed 2s late"));

    assertThat(WorkRequest.parse(request.json())).contains(request);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "{}",
        "no json",
        "{\"job\":\"j\",\"run\":\"r\",\"scheduled\":\"2026-11-22T00:00:00Z\",\"cause\":\"odd\","
            + "\"requested\":\"2026-11-22T00:00:00Z\"}",
        "{\"job\":\"j\",\"run\":\"r\",\"scheduled\":\"soon\",\"cause\":\"schedule\","
            + "\"requested\":\"2026-11-22T00:00:00Z\"}"
      })
  void isNotReadFromAnythingElse(String text) {
    assertThat(WorkRequest.parse(text)).isEmpty();
  }
}
