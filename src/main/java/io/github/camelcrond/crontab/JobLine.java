// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.crontab;

import java.util.List;
import java.util.Locale;

/**
 * The parts of a line with a schedule, not yet parsed.
 *
 * @param schedule five to seven fields, or a nickname with its argument, as written
 * @param scheduleAt index of the schedule in the line
 * @param user the user as written; {@code -} without a user column
 * @param userAt index of the user in the line
 * @param raw the command part, up to the end of the line
 * @param rawAt index of the command part in the line
 */
record JobLine(String schedule, int scheduleAt, String user, int userAt, String raw, int rawAt) {
  private static final List<String> COUNTS =
      List.of(
          "five time fields (minute hour day month weekday)",
          "six time fields (second minute hour day month weekday)",
          "seven time fields (second minute hour day month weekday year)");

  private static final int FEWEST = 5;

  /**
   * Splits the line.
   *
   * @param start index of the first character of the schedule
   * @param fields number of fields of the schedule unless it is a nickname, 5 to 7
   * @throws LineException if a part is missing
   */
  static JobLine of(String line, int start, CrontabFormat format, int fields) throws LineException {
    if (start == line.length() || Characters.isBlank(line.charAt(start))) {
      throw new LineException(
          start, "- must be directly in front of the schedule, remove the blank or the -");
    }
    int end = endOfSchedule(line, start, fields);
    String schedule = line.substring(start, end);
    int next = Characters.skipBlanks(line, end);
    boolean system = format == CrontabFormat.SYSTEM;
    int userEnd = system ? Characters.endOfWord(line, next) : next;
    int rawAt = Characters.skipBlanks(line, userEnd);
    if (rawAt == line.length()) {
      throw new LineException(line.length(), missing(line, system, next));
    }
    String user = system ? line.substring(next, userEnd) : "-";
    return new JobLine(schedule, start, user, next, line.substring(rawAt), rawAt);
  }

  /** This line with the user {@code other}, from the name of a file without a user column. */
  JobLine ofUser(String other) {
    return new JobLine(schedule, scheduleAt, other, userAt, raw, rawAt);
  }

  private static String missing(String line, boolean system, int next) {
    if (!system) {
      return "the command is missing after the schedule";
    }
    return next == line.length()
        ? "user and command are missing after the schedule"
        : "the command is missing after the user " + Characters.shown(line.substring(next).strip());
  }

  private static int endOfSchedule(String line, int start, int fields) throws LineException {
    int words = line.charAt(start) == '@' ? wordsOfNickname(line, start) : fields;
    int end = start;
    for (int i = 0; i < words; i++) {
      int from = Characters.skipBlanks(line, end);
      if (from == line.length()) {
        throw new LineException(start, tooFew(line, start, i, words));
      }
      end = Characters.endOfWord(line, from);
    }
    return end;
  }

  private static int wordsOfNickname(String line, int start) {
    String word =
        line.substring(start, Math.min(line.length(), start + 7)).toLowerCase(Locale.ROOT);
    boolean every = word.startsWith("@every") && endsAt(word, 6);
    return every || word.startsWith("@at") && endsAt(word, 3) ? 2 : 1;
  }

  private static boolean endsAt(String word, int index) {
    return word.length() == index || Characters.isBlank(word.charAt(index));
  }

  private static String tooFew(String line, int start, int found, int words) {
    if (words < FEWEST) {
      return line.substring(start).strip()
          + " requires a value, such as @every 30s or @at 2026-12-24T18:00";
    }
    return "only "
        + found
        + " of the "
        + COUNTS.get(words - FEWEST)
        + " found; for a variable, write NAME = value";
  }
}
