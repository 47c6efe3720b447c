// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.log;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.LayoutBase;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import org.slf4j.event.KeyValuePair;

/**
 * Formats a log record as one line of text: time, level, message, {@code key=value}. Logback's
 * pattern layout would take three times as long.
 */
final class PlainLines extends LayoutBase<ILoggingEvent> {
  private static final int LEVEL_WIDTH = 5;
  private static final DateTimeFormatter SECONDS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.");
  private static final DateTimeFormatter OFFSET = DateTimeFormatter.ofPattern("XXX");

  private final ZoneId zone;
  private volatile Second second = new Second(Long.MIN_VALUE, "", "");

  /** The text before and after the milliseconds, which all times of a second share. */
  private record Second(long epoch, String before, String after) {}

  PlainLines(ZoneId zone) {
    this.zone = zone;
  }

  @Override
  public String doLayout(ILoggingEvent event) {
    StringBuilder line = new StringBuilder(200);
    time(event.getTimeStamp(), line);
    String level = event.getLevel().toString();
    line.append(' ').append(level);
    line.append(" ".repeat(Math.max(0, LEVEL_WIDTH - level.length())));
    line.append(' ').append(oneLine(event.getFormattedMessage()));
    if (event.getKeyValuePairs() != null) {
      for (KeyValuePair pair : event.getKeyValuePairs()) {
        line.append(' ')
            .append(oneLine(pair.key))
            .append('=')
            .append(quoted(oneLine(String.valueOf(pair.value))));
      }
    }
    line.append('\n');
    if (event.getThrowableProxy() != null) {
      ThrowableProxyUtil.asString(event.getThrowableProxy())
          .lines()
          .forEach(each -> line.append(SafeText.of(each)).append('\n'));
    }
    return line.toString();
  }

  /** Messages of libraries may contain line breaks and untrusted text. */
  private static String oneLine(String text) {
    return SafeText.of(text.indexOf('\n') < 0 ? text : text.strip().replaceAll("\\s*\\R\\s*", " "));
  }

  /** Quotes a value that contains blanks or quotes, so that programs can find its end. */
  private static String quoted(String value) {
    return value.indexOf(' ') < 0 && value.indexOf('"') < 0 && value.indexOf('\t') < 0
        ? value
        : '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  private void time(long millis, StringBuilder line) {
    long epoch = Math.floorDiv(millis, 1000L);
    Second now = second;
    if (now.epoch != epoch) {
      var time = Instant.ofEpochSecond(epoch).atZone(zone);
      now = new Second(epoch, SECONDS.format(time), OFFSET.format(time));
      second = now;
    }
    int rest = (int) Math.floorMod(millis, 1000L);
    line.append(now.before)
        .append((char) ('0' + rest / 100))
        .append((char) ('0' + rest / 10 % 10))
        .append((char) ('0' + rest % 10))
        .append(now.after);
  }
}
