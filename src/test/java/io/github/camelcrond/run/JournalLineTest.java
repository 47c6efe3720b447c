// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelcrond.config.JsonException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What is written to the journal can be read again, by a later version, too. */
class JournalLineTest {
  private static final Instant AT = Instant.parse("2026-11-22T00:00:00.012345Z");

  static Stream<JournalEvent> events() {
    return Stream.of(
        new JournalEvent.Started("r1", "a", AT, "catch-up", AT.plusMillis(3), "host-a", 0, 0, 0),
        new JournalEvent.Started(
            "r1", "a", Instant.EPOCH, "schedule", AT, "h\u00f6st", 2, 4194304, 8123456789L),
        new JournalEvent.Waiting("r1", "a", AT, "manual", "host-a", Optional.empty()),
        new JournalEvent.Published("r1"),
        new JournalEvent.Ended(
            end(Optional.of(0), Optional.empty(), Optional.empty(), Optional.of(AT), ""),
            Optional.empty()),
        new JournalEvent.Ended(
            end(
                Optional.empty(),
                Optional.of(9),
                Optional.of("ended by \"CRON_TIMEOUT\""),
                Optional.of(AT),
                "a\tb\nc\u0000 \u20ac \ud83d\ude00 \\ \ufffd"),
            Optional.empty()),
        new JournalEvent.Ended(
            end(
                Optional.empty(),
                Optional.empty(),
                Optional.of("paused"),
                Optional.empty(),
                "x".repeat(70_000)),
            Optional.empty()),
        new JournalEvent.Ended(begunTwice(), Optional.of("rabbitmq:x?routingKey=\"y\"")),
        new JournalEvent.Waiting("r1", "a", AT, "schedule", "host-a", Optional.of("2 missed")));
  }

  private static RunEnd begunTwice() {
    return new RunEnd(
        "a",
        "r1",
        "interrupted",
        Optional.empty(),
        Optional.empty(),
        Optional.of("its worker died"),
        "schedule",
        AT,
        Optional.empty(),
        AT,
        "host-b",
        0,
        false,
        "",
        Optional.of(2));
  }

  private static RunEnd end(
      Optional<Integer> exitCode,
      Optional<Integer> signal,
      Optional<String> reason,
      Optional<Instant> started,
      String output) {
    return new RunEnd(
        "a",
        "r1",
        "failed",
        exitCode,
        signal,
        reason,
        "schedule",
        AT,
        started,
        AT.plusSeconds(60),
        "host-a",
        1,
        true,
        output,
        Optional.empty());
  }

  @ParameterizedTest
  @MethodSource("events")
  void isReadAsItWasWritten(JournalEvent event) {
    String line = new String(JournalLine.of(event), StandardCharsets.UTF_8);
    assertThat(JournalLine.read(line)).isEqualTo(event);
  }

  @ParameterizedTest
  @MethodSource("events")
  void theRecordOfARunIsReadAsItWasWritten(JournalEvent event) {
    if (event instanceof JournalEvent.Ended ended) {
      assertThat(RunEndJson.read(RunEndJson.text(ended.end()))).isEqualTo(ended.end());
    }
  }

  /** Written by 0.1.0; a journal outlives the daemon that wrote it. */
  @ParameterizedTest
  @CsvFileSource(resources = "/spec/job/journal-lines.csv", delimiter = '|', quoteCharacter = '`')
  void keepsItsForm(String rule, int event, String line) {
    JournalEvent written = events().toList().get(event);
    assertThat(new String(JournalLine.of(written), StandardCharsets.UTF_8)).isEqualTo(line);
  }

  @ParameterizedTest
  @CsvFileSource(
      resources = "/spec/job/journal-lines-refused.csv",
      delimiter = '|',
      quoteCharacter = '`')
  void isNotReadFromAnythingElse(String rule, String line, String message) {
    assertThatThrownBy(() -> JournalLine.read(line))
        .as(rule)
        .isInstanceOf(JsonException.class)
        .hasMessageContaining(message);
  }

  @Test
  void whatIsNotKnownIsPassedOverAndWhatIsAbsentHasItsDefault() {
    String line =
        "{\"later\":[{}],\"event\":\"started\",\"run\":\"r1\",\"job\":\"a\",\"cause\":\"manual\","
            + "\"scheduled\":\"2026-11-22T00:00:00Z\",\"started\":\"2026-11-22T00:00:01Z\","
            + "\"host\":\"host-a\"}";
    assertThat(JournalLine.read(line))
        .isEqualTo(
            new JournalEvent.Started(
                "r1",
                "a",
                Instant.parse("2026-11-22T00:00:00Z"),
                "manual",
                Instant.parse("2026-11-22T00:00:01Z"),
                "host-a",
                0,
                0,
                0));
  }
}
