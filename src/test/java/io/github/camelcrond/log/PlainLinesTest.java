// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.slf4j.event.KeyValuePair;

/** The log as people read it. */
class PlainLinesTest {
  private final PlainLines lines = new PlainLines(ZoneId.of("Europe/Berlin"));

  @Test
  void beginsWithTimeAndLevel() {
    assertThat(line(event("2026-11-22T09:04:02.060Z", Level.INFO, "stopping")))
        .isEqualTo("2026-11-22T10:04:02.060+01:00 INFO  stopping\n");
  }

  @Test
  void keepsLevelsInAColumn() {
    assertThat(line(event("2026-11-22T09:04:02Z", Level.ERROR, "x")))
        .isEqualTo("2026-11-22T10:04:02.000+01:00 ERROR x\n");
  }

  @Test
  void endsWithKeysAndValuesInTheirOrder() {
    LoggingEvent event = event("2026-11-22T09:04:02.999Z", Level.WARN, "job failed");
    event.addKeyValuePair(new KeyValuePair("job", "a"));
    event.addKeyValuePair(new KeyValuePair("exit-code", 3));
    assertThat(line(event))
        .isEqualTo("2026-11-22T10:04:02.999+01:00 WARN  job failed job=a exit-code=3\n");
  }

  @Test
  void quotesValuesWithBlanksOrQuotes() {
    LoggingEvent event = event("2026-11-22T09:04:02Z", Level.INFO, "x");
    event.addKeyValuePair(new KeyValuePair("schedule", "17 * * * *"));
    event.addKeyValuePair(new KeyValuePair("reason", "no \"a\\b\""));
    event.addKeyValuePair(new KeyValuePair("path", "c\\d"));
    assertThat(line(event))
        .isEqualTo(
            "2026-11-22T10:04:02.000+01:00 INFO  x schedule=\"17 * * * *\""
                + " reason=\"no \\\"a\\\\b\\\"\" path=c\\d\n");
  }

  @Test
  void keepsAMessageOfSeveralLinesOnOne() {
    LoggingEvent event = event("2026-11-22T09:04:02Z", Level.WARN, "bad\n  at 3\r\n");
    event.addKeyValuePair(new KeyValuePair("reason", "no\nJSON"));
    assertThat(line(event))
        .isEqualTo("2026-11-22T10:04:02.000+01:00 WARN  bad at 3 reason=\"no JSON\"\n");
  }

  @Test
  void escapesWhatWouldMoveTheCursorOrHideItself() {
    LoggingEvent event =
        event(
            "2026-11-22T09:04:02Z", Level.WARN, "a\rb\u001b[2Jc\u200b\u200e\u061c\ufeff\u202ed\te");
    event.addKeyValuePair(new KeyValuePair("rea\u0007son", "x\u0085y\u2066z"));
    assertThat(line(event))
        .isEqualTo(
            "2026-11-22T10:04:02.000+01:00 WARN  "
                + "a\\x0db\\x1b[2Jc\\u200b\\u200e\\u061c\\ufeff\\u202ed\te"
                + " rea\\x07son=x\\x85y\\u2066z\n");
  }

  @Test
  void escapesTheMessageOfAnExceptionToo() {
    LoggingEvent event =
        new LoggingEvent(
            "",
            new LoggerContext().getLogger("x"),
            Level.ERROR,
            "lost",
            new Error("\u001b[2J"),
            null);
    assertThat(line(event)).contains("java.lang.Error: \\x1b[2J\n").doesNotContain("\u001b");
  }

  @Test
  void fillsPlaceholdersIn() {
    LoggingEvent event = event("2026-11-22T09:04:02Z", Level.INFO, "{} jobs");
    event.setArgumentArray(new Object[] {7});
    assertThat(line(event)).isEqualTo("2026-11-22T10:04:02.000+01:00 INFO  7 jobs\n");
  }

  @Test
  void followsTheClockThroughAChangeOfOffsetAndBack() {
    assertThat(line(event("2026-10-25T00:59:59.999Z", Level.INFO, "x")))
        .startsWith("2026-10-25T02:59:59.999+02:00");
    assertThat(line(event("2026-10-25T01:00:00.000Z", Level.INFO, "x")))
        .startsWith("2026-10-25T02:00:00.000+01:00");
    assertThat(line(event("2026-10-25T00:59:59.999Z", Level.INFO, "x")))
        .startsWith("2026-10-25T02:59:59.999+02:00");
  }

  @Test
  void showsWhereAnErrorCameFrom() {
    LoggingEvent event =
        new LoggingEvent(
            "",
            new LoggerContext().getLogger("x"),
            Level.ERROR,
            "lost",
            new IllegalStateException("why"),
            null);
    assertThat(line(event))
        .contains("ERROR lost\njava.lang.IllegalStateException: why\n")
        .contains("\tat " + getClass().getName());
  }

  private static LoggingEvent event(String time, Level level, String message) {
    LoggingEvent event =
        new LoggingEvent("", new LoggerContext().getLogger("x"), level, message, null, null);
    event.setInstant(Instant.parse(time));
    return event;
  }

  private String line(LoggingEvent event) {
    return lines.doLayout(event);
  }
}
