// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.schedule;

import java.time.ZoneId;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the schedule of a crontab line: five to seven fields, or a word that begins with {@code @};
 * in front of it may be a zone, see {@link ZonePrefix}. Source: crontab(5).
 */
public final class ScheduleParser {
  /** The five fields that a nickname is short for. */
  static final Map<String, String> NICKNAMES =
      Map.of(
          "@yearly", "0 0 1 1 *",
          "@annually", "0 0 1 1 *",
          "@monthly", "0 0 1 * *",
          "@weekly", "0 0 * * 0",
          "@daily", "0 0 * * *",
          "@midnight", "0 0 * * *",
          "@hourly", "0 * * * *");

  private static final String FIELDS = "minute, hour, day of month, month, day of week";
  private static final String WRONG_COUNT =
      " instead of 5: " + FIELDS + "; six begin with the second, seven also end with the year";

  private static final String WORDS =
      "use @reboot, @hourly, @daily, @midnight, @weekly, @monthly, @yearly, @annually, @every"
          + " or @at";

  private ScheduleParser() {}

  /**
   * Reads an expression.
   *
   * @param text fields separated by blanks or tabs, letters in any case
   * @param zone in which it is read unless it names one
   * @param seed for the random values of {@code a~b} and {@code H}, which are always the same;
   *     usually the job-id
   * @throws ScheduleException for the first fault; it holds the others
   */
  public static ParsedSchedule parse(String text, ZoneId zone, String seed)
      throws ScheduleException {
    Optional<ZonePrefix> prefix = ZonePrefix.of(text, 0);
    if (prefix.isPresent()) {
      return prefixed(prefix.get(), text, zone, seed);
    }
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

  private static ParsedSchedule prefixed(ZonePrefix prefix, String text, ZoneId zone, String seed)
      throws ScheduleException {
    Optional<ZoneId> own = prefix.zone().isEmpty() ? Optional.of(zone) : Zones.find(prefix.zone());
    if (own.isEmpty()) {
      throw new ScheduleException(prefix.zoneAt() + 1, Zones.unknown(prefix.zone()));
    }
    // Blanks instead of the prefix, so that columns stay right.
    return parse(" ".repeat(prefix.end()) + text.substring(prefix.end()), own.get(), seed);
  }

  private static CronSchedule fields(
      List<Token> words, ZoneId zone, String seed, List<Warning> warnings)
      throws ScheduleException {
    List<Field> fields =
        switch (words.size()) {
          case 6 -> Field.SIX;
          case 7 -> Field.SEVEN;
          default -> Field.FIVE;
        };
    Map<Field, FieldValues> values = new EnumMap<>(Field.class);
    values.put(Field.SECOND, FieldValues.FIRST_SECOND);
    values.put(Field.YEAR, FieldValues.EVERY_YEAR);
    List<ScheduleException> faults = new ArrayList<>(0);
    StringBuilder expression = new StringBuilder();
    for (int i = 0; i < Math.min(words.size(), fields.size()); i++) {
      Token word = words.get(i);
      try {
        FieldValues read =
            FieldParser.parse(fields.get(i), word.text(), word.column(), seed, warnings);
        values.put(fields.get(i), read);
        expression.append(i == 0 ? "" : " ").append(read.text());
      } catch (ScheduleException fault) {
        faults.add(fault);
      }
    }
    if (words.size() != fields.size()) {
      Token last = words.get(Math.min(words.size() - 1, fields.size()));
      faults.add(new ScheduleException(last.column(), count(words.size()) + WRONG_COUNT));
    }
    if (!faults.isEmpty()) {
      throw ScheduleException.of(faults);
    }
    return new CronSchedule(new CronFields(values), zone, expression.toString());
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
    return new CronSchedule(same.fields(), zone, name);
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
