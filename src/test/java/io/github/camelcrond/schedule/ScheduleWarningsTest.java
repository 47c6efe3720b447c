// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

class ScheduleWarningsTest {
  private static final Instant FROM = Instant.parse("2026-01-01T00:00:00Z");

  @ParameterizedTest
  @CsvFileSource(delimiter = '|', resources = "/spec/schedule/warnings.csv")
  void tellsWhatItsWriterMayNotHaveMeant(String expression, String zone, String warnings)
      throws Exception {
    Schedule schedule = ScheduleParser.parse(expression, Zones.of(zone), "job").schedule();

    String told =
        ScheduleWarnings.of(schedule, FROM).stream()
            .map(Warning::message)
            .collect(Collectors.joining("; "));

    assertThat(told).isEqualTo(Objects.requireNonNullElse(warnings, ""));
  }
}
