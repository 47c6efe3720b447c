// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelcrond.config.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A journal line is what the mapper, which reads it, would have written. */
class JournalLineTest {
  private static final Instant AT = Instant.parse("2026-11-22T00:00:00.012345Z");

  static Stream<JournalEvent> events() {
    return Stream.of(
        new JournalEvent.Started("r1", "a", AT, "catch-up", AT.plusMillis(3), "host-a", 0, 0),
        new JournalEvent.Started("r1", "a", Instant.EPOCH, "schedule", AT, "h\u00f6st", 2, 4194304),
        new JournalEvent.Waiting("r1", "a", AT, "manual", "host-a"),
        new JournalEvent.Running("r1", 12),
        new JournalEvent.Told("r1"),
        new JournalEvent.Stored(List.of()),
        new JournalEvent.Stored(List.of("r1", "r2")),
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
        new JournalEvent.Ended(begunTwice(), Optional.of("rabbitmq:x?routingKey=\"y\"")));
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
        output);
  }

  @ParameterizedTest
  @MethodSource("events")
  void isWhatTheMapperWrites(JournalEvent event) throws IOException {
    byte[] mapped = Json.mapper().writerFor(JournalEvent.class).writeValueAsBytes(event);
    byte[] line = JournalLine.of(event);
    assertThat(text(line)).isEqualTo(text(mapped) + "\n");
    assertThat(Json.mapper().readValue(line, JournalEvent.class)).isEqualTo(event);
  }

  private static String text(byte[] utf8) {
    return new String(utf8, StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @MethodSource("events")
  void theRecordOfARunIsWhatTheMapperWrites(JournalEvent event) throws IOException {
    if (event instanceof JournalEvent.Ended ended) {
      assertThat(RunEndJson.text(ended.end()))
          .isEqualTo(Json.mapper().writeValueAsString(ended.end()));
    }
  }
}
