// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.event.KeyValuePair;

class JsonLinesTest {
  @ParameterizedTest
  @CsvSource({
    "'\"error\"', ERROR",
    "'\"warning\"', WARN",
    "50, ERROR",
    "'\"Fatal\"', ERROR",
    "{}, INFO"
  })
  void keepsTheLevelOfAMergedRecord(String level, String recorded) {
    JsonLines lines = new JsonLines(true);
    LoggingEvent event = new LoggingEvent();
    event.setLoggerName("crond.output");
    event.setLevel(Level.INFO);
    event.setInstant(Instant.EPOCH);
    event.setMessage("{\"level\":" + level + ",\"m\":1}");
    assertThat(lines.doLayout(event)).contains("\"level\":\"" + recorded + "\"");
  }

  @ParameterizedTest
  @CsvFileSource(resources = "/spec/log/json-lines.csv", delimiter = '|', quoteCharacter = '`')
  void writesARecordAsOneLine(
      String rule, boolean merge, String logger, String message, String record) {
    JsonLines lines = new JsonLines(merge);
    lines.start();
    LoggerContext context = new LoggerContext();
    LoggingEvent event = new LoggingEvent();
    event.setLoggerContext(context);
    event.setLoggerName(logger);
    event.setLevel(Level.INFO);
    event.setInstant(Instant.parse("2026-11-22T00:00:00Z"));
    event.setMessage(message);
    event.addKeyValuePair(new KeyValuePair("job", "a"));
    event.addKeyValuePair(new KeyValuePair("exit-code", 3));
    String expected = "{\"time\":\"2026-11-22T00:00:00Z\",\"level\":\"INFO\"," + record + "}\n";
    assertThat(lines.doLayout(event)).as(rule).isEqualTo(expected);
  }
}
