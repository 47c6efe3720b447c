// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.crontab;

import java.time.Clock;
import java.util.List;

/**
 * Reads crontabs. Any input gets an answer: a line that cannot be taken is an error of the result,
 * and every other line is in force. Source: crontab(5).
 */
public final class CrontabReader {
  private final ReaderOptions options;
  private final Clock clock;

  /**
   * @param clock asked whether a schedule still has an instant to come
   */
  public CrontabReader(ReaderOptions options, Clock clock) {
    this.options = options;
    this.clock = clock;
  }

  /** Reads a file in UTF-8; lines that are not are errors. */
  public Crontab read(byte[] text) {
    return read(TextLines.of(text), false);
  }

  /** Reads a text; lines end with a line feed, which the last one may lack. */
  public Crontab read(String text) {
    return read(TextLines.of(text), false);
  }

  /** Reads a file and warns of all that its writer may not have meant, a year ahead. */
  public Crontab check(byte[] text) {
    return read(TextLines.of(text), true);
  }

  private Crontab read(List<TextLine> lines, boolean thorough) {
    Reading reading = new Reading(options, clock.instant(), thorough);
    for (TextLine line : lines) {
      reading.take(line);
    }
    return reading.end();
  }
}
