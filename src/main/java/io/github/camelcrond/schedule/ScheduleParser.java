// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.schedule;

import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the schedule of a crontab line: five fields, or a word that begins with {@code @}. Source:
 * crontab(5).
 */
public final class ScheduleParser {
  private static final Map<String, String> NICKNAMES =
      Map.of(
          "@yearly", "0 0 1 1 *",
          "@annually", "0 0 1 1 *",
          "@monthly", "0 0 1 * *",
          "@weekly", "0 0 * * 0",
          "@daily", "0 0 * * *",
          "@midnight", "0 0 * * *",
          "@hourly", "0 * * * *");

  private static final String FIELDS = "minute, hour, day of month, month, day of week";
  private static final String WORDS =
      "use @reboot, @hourly, @daily, @midnight, @weekly, @monthly, @yearly, @annually, @every"
          + " or @at";

  private ScheduleParser() {}

  /**
   * Reads an expression.
   *
   * @param text fields separated by blanks or tabs, letters in any case
   * @param zone in which it is read
   * @param seed for the random value of {@code a~b}, which is always the same; usually the job-id
   * @throws ScheduleException for the first fault
   */
  public static ParsedSchedule parse(String text, ZoneId zone, String seed)
      throws ScheduleException {
    List<Token> words = Token.split(text);
    if (words.isEmpty()) {
      throw new ScheduleException(1, "schedule is empty, write " + FIELDS);
    }
    if (words.get(0).text().charAt(0) == '@') {
      return new ParsedSchedule(named(words, zone), List.of());
    }
    List<Warning> warnings = new ArrayList<>(0);
    return new ParsedSchedule(fields(words, zone, seed, warnings), warnings);
  }

  /** The five fields that a nickname in lower case is short for. */
  static Optional<String> fieldsOf(String nickname) {
    return Optional.ofNullable(NICKNAMES.get(nickname));
  }

  private static CronSchedule fields(
      List<Token> words, ZoneId zone, String seed, List<Warning> warnings)
      throws ScheduleException {
    Field[] fields = Field.values();
    FieldValues[] values = new FieldValues[fields.length];
    StringBuilder expression = new StringBuilder();
    for (int i = 0; i < Math.min(words.size(), fields.length); i++) {
      Token word = words.get(i);
      values[i] = FieldParser.parse(fields[i], word.text(), word.column(), seed, warnings);
      expression.append(i == 0 ? "" : " ").append(values[i].text());
    }
    if (words.size() != fields.length) {
      Token last = words.get(Math.min(words.size() - 1, fields.length));
      throw new ScheduleException(last.column(), count(words.size()) + " instead of 5: " + FIELDS);
    }
    DayRule days = new DayRule(values[2], values[4]);
    CronMinutes minutes = new CronMinutes(values[0], values[1], values[3], days);
    return new CronSchedule(minutes, zone, expression.toString());
  }

  private static String count(int fields) {
    return fields == 1 ? "1 field" : fields + " fields";
  }

  private static Schedule named(List<Token> words, ZoneId zone) throws ScheduleException {
    String name = words.get(0).text().toLowerCase(Locale.ROOT);
    if (name.equals("@every") || name.equals("@at")) {
      return withArgument(name, words, zone);
    }
    if (!name.equals("@reboot") && !NICKNAMES.containsKey(name)) {
      throw new ScheduleException(
          words.get(0).column(), words.get(0).text() + " is not known, " + WORDS);
    }
    refuseMore(words, 1, name);
    if (name.equals("@reboot")) {
      return new RebootSchedule(zone);
    }
    CronSchedule same = fields(Token.split(NICKNAMES.get(name)), zone, "", List.of());
    return new CronSchedule(same.minutes(), zone, name);
  }

  private static Schedule withArgument(String name, List<Token> words, ZoneId zone)
      throws ScheduleException {
    boolean every = name.equals("@every");
    if (words.size() == 1) {
      String what = every ? "a period, such as 30s or 1h30m" : "a time, such as 2026-12-24T18:00";
      throw new ScheduleException(
          words.get(0).column() + name.length(), name + " requires " + what);
    }
    refuseMore(words, 2, name);
    Token argument = words.get(1);
    return every
        ? EverySchedule.parse(argument.text(), argument.column(), zone)
        : AtSchedule.parse(argument.text(), argument.column(), zone);
  }

  private static void refuseMore(List<Token> words, int allowed, String name)
      throws ScheduleException {
    if (words.size() > allowed) {
      Token more = words.get(allowed);
      throw new ScheduleException(
          more.column(), more.text() + " is not allowed, nothing may follow " + name + "");
    }
  }
}
