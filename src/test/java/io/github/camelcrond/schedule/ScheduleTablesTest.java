// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

class ScheduleTablesTest {

  @ParameterizedTest
  @CsvFileSource(
      delimiter = '|',
      maxCharsPerColumn = 10_000,
      resources = {
        "/spec/schedule/next.csv",
        "/spec/schedule/next-clock-change.csv",
        "/spec/schedule/next-differs-elsewhere.csv",
        "/spec/schedule/next-start-step.csv",
        "/spec/schedule/next-ours.csv"
      })
  void firesNextAt(String expression, String zone, String from, String expected) throws Exception {
    Schedule schedule = parse(expression, zone);
    int wanted = expected.split(",").length;

    List<String> found = new ArrayList<>();
    Instant after = OffsetDateTime.parse(from).toInstant();
    while (found.size() < wanted) {
      Instant next = schedule.next(after).orElse(Instant.MAX);
      found.add(next.equals(Instant.MAX) ? "NEVER" : written(next, schedule.zone()));
      after = next;
    }

    assertThat(String.join(",", found)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvFileSource(delimiter = '|', resources = "/spec/schedule/match.csv")
  void minuteBelongsToSchedule(String expression, String zone, String time, boolean belongs)
      throws Exception {
    Instant minute = OffsetDateTime.parse(time).toInstant().truncatedTo(ChronoUnit.MINUTES);

    Instant next = parse(expression, zone).next(minute.minusNanos(1)).orElseThrow();

    assertThat(next.equals(minute)).isEqualTo(belongs);
  }

  @ParameterizedTest
  @CsvFileSource(delimiter = '|', resources = "/spec/schedule/invalid.csv")
  void refuses(String expression) {
    assertThatThrownBy(() -> parse(expression, "UTC")).isInstanceOf(ScheduleException.class);
  }

  @ParameterizedTest
  @CsvFileSource(delimiter = '|', resources = "/spec/schedule/valid.csv")
  void takes(String expression) throws Exception {
    assertThat(parse(expression, "UTC").next(Instant.EPOCH)).isPresent();
  }

  private static Schedule parse(String expression, String zone) throws ScheduleException {
    return ScheduleParser.parse(expression, Zones.of(zone), "job").schedule();
  }

  private static String written(Instant instant, ZoneId zone) {
    return DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(instant.atZone(zone));
  }
}
