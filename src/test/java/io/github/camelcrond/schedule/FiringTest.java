// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FiringTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "30 2 * * *    | 2026-03-29T00:00+01:00 | 2026-03-29T02:30 | SKIPPED",
        "15 2,3 * * *  | 2026-03-29T00:00+01:00 | 2026-03-29T02:15 | SKIPPED",
        "0 3 * * *     | 2026-03-29T00:00+01:00 | 2026-03-29T03:00 | NONE",
        "30 2 * * *    | 2026-10-25T00:00+02:00 | 2026-10-25T02:30 | ONCE",
        "30 3 * * *    | 2026-10-25T00:00+02:00 | 2026-10-25T03:30 | NONE",
        "*/30 2 * * *  | 2026-10-25T02:00+02:00 | 2026-10-25T02:30 | NONE",
        "*/30 2 * * *  | 2026-10-25T02:30+02:00 | 2026-10-25T02:00 | AGAIN",
        "@every 1h     | 2026-10-25T02:30+02:00 | 2026-10-25T02:00 | NONE",
      })
  void saysWhatTheClockChangeHasDone(
      String expression, OffsetDateTime after, LocalDateTime wall, Firing.ClockChange change)
      throws Exception {
    Schedule schedule =
        ScheduleParser.parse(expression, Zones.of("Europe/Berlin"), "job").schedule();
    Instant from = after.toInstant();

    Firing firing = schedule.nextFiring(from).orElseThrow();

    assertThat(firing.at()).isEqualTo(schedule.next(from).orElseThrow());
    assertThat(firing.wall()).isEqualTo(wall);
    assertThat(firing.change()).isEqualTo(change);
  }
}
