// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which ends deal with what the schedule asked for. */
class RunEndTest {
  private static final Instant AT = Instant.parse("2026-11-22T00:00:00Z");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # cause  | outcome     | started | reason                     | settles
          schedule | succeeded   | true    |                            | true
          catch-up | failed      | true    |                            | true
          manual   | succeeded   | true    |                            | false
          reboot   | succeeded   | true    |                            | false
          schedule | skipped     | false   | the job is paused          | true
          schedule | skipped     | false   | the previous run is still in progress | true
          schedule | skipped     | false   | the daemon is stopping           | false
          catch-up | skipped     | false   | the daemon is stopping           | false
          schedule | skipped     | false   | the daemon is stopping; a note   | false
          schedule | skipped     | false   | not claimed: Redis did not respond | false
          schedule | interrupted | true    | the daemon is stopping           | true
          schedule | interrupted | false   | the daemon is stopping           | false
          schedule | interrupted | false   | the daemon was killed      | false
          """)
  void settlesItsInstantUnlessTheEndOfTheDaemonKeptItFromStarting(
      String cause, String outcome, boolean started, String reason, boolean settles) {
    RunEnd end =
        new RunEnd(
            "a",
            "r1",
            outcome,
            Optional.empty(),
            Optional.empty(),
            Optional.ofNullable(reason),
            cause,
            AT,
            started ? Optional.of(AT) : Optional.empty(),
            AT,
            "host-a",
            1,
            false,
            "",
            Optional.empty());
    assertThat(end.accountsForFiring()).isEqualTo(settles);
  }
}
