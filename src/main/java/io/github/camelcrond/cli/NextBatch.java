// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cli;

import io.github.camelcrond.schedule.Schedule;
import io.github.camelcrond.schedule.ScheduleException;
import io.github.camelcrond.schedule.ScheduleParser;
import io.github.camelcrond.schedule.WallTime;
import io.github.camelcrond.schedule.Zones;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;

/** Answers lines {@code EXPRESSION TAB ZONE TAB TIME} with one line each. */
final class NextBatch {
  private static final int COLUMNS = 3;

  private final InputStream input;
  private final PrintWriter out;

  NextBatch(InputStream input, PrintWriter out) {
    this.input = input;
    this.out = out;
  }

  /** Answers until the input ends. */
  void answer() throws IOException {
    BufferedReader lines = new BufferedReader(new InputStreamReader(input, StandardCharsets.UTF_8));
    StringBuilder answers = new StringBuilder();
    String line = lines.readLine();
    while (line != null) {
      answers.append(answer(line)).append('\n');
      // Flush when no further line is ready: a client that sends single lines waits for each
      // answer.
      if (!lines.ready() || answers.length() > 8192) {
        out.append(answers).flush();
        answers.setLength(0);
      }
      line = lines.readLine();
    }
    out.append(answers).flush();
  }

  private static String answer(String line) {
    String[] columns = line.split("\t", -1);
    if (columns.length != COLUMNS) {
      return "ERROR: " + columns.length + " columns instead of 3, use EXPRESSION TAB ZONE TAB TIME";
    }
    try {
      return next(columns[0], Zones.of(columns[1].strip()), columns[2].strip());
    } catch (ScheduleException refused) {
      return "ERROR: " + refused.getMessage();
    }
  }

  private static String next(String expression, ZoneId zone, String from) throws ScheduleException {
    Schedule schedule = ScheduleParser.parse(expression, zone, expression).schedule();
    Instant after;
    try {
      after = WallTime.parse(from, zone);
    } catch (DateTimeException notATime) {
      return "ERROR: " + from + " is not a time, use one such as 2026-03-29T00:00:00+01:00";
    }
    return schedule.next(after).map(schedule::format).orElse("NEVER");
  }
}
