// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.crontab;

import java.util.Optional;
import java.util.function.BiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Recognizes what an invalid line was probably meant to be. */
final class RefusedLine {
  private static final int FIVE = 5;
  private static final Pattern TIME_OF_DAY =
      Pattern.compile("([01]?\\d|2[0-3]):([0-5]\\d)[ \t]+(.*)");

  /** A line of anacron: period in days, delay in minutes, name, command. Source: anacrontab(5). */
  private static final Pattern ANACRON =
      Pattern.compile(
          "(\\d+|@(?:daily|weekly|monthly|yearly|annually))[ \t]+\\d+[ \t]+[A-Za-z][\\w.-]*[ \t]+(\\S.*)");

  private final CrontabFormat format;

  RefusedLine(CrontabFormat format) {
    this.format = format;
  }

  /**
   * What the line was probably meant to be; empty if it is not recognized.
   *
   * @param at index of the schedule in the line
   */
  Optional<Found> meant(String line, int at) {
    return Stream.<BiFunction<String, Integer, Optional<Found>>>of(
            this::spaceBetweenFields, this::timeOfDay, this::anacron, this::noUser)
        .map(rule -> rule.apply(line, at))
        .flatMap(Optional::stream)
        .findFirst();
  }

  /**
   * {@code line} with {@code *} in place of the fields {@code ?}; empty if it has no such field.
   */
  Optional<String> withoutQuestionMarks(String line, int at) {
    int end = Characters.endOfWords(line, at, FIVE);
    String fields = line.substring(at, end);
    String mended = (" " + fields + " ").replaceAll("(?<=[ \t])\\?(?=[ \t])", "*");
    return mended.strip().equals(fields)
        ? Optional.empty()
        : Optional.of(line.substring(0, at) + mended.strip() + line.substring(end));
  }

  private Optional<Found> spaceBetweenFields(String line, int at) {
    return LookAlikes.space(line.substring(0, Characters.endOfWords(line, at, FIVE + 1)), 0)
        .flatMap(found -> Found.of(found.index(), found.message(), LookAlikes.withSpaces(line)));
  }

  private Optional<Found> timeOfDay(String line, int at) {
    Matcher time = TIME_OF_DAY.matcher(line.substring(at));
    if (!time.matches()) {
      return Optional.empty();
    }
    int hour = Integer.parseInt(time.group(1));
    int minute = Integer.parseInt(time.group(2));
    String fields = minute + " " + hour;
    String message =
        time.group(1)
            + ":"
            + time.group(2)
            + " is a time of day, write minute and hour as two fields: "
            + fields;
    String rest = time.group(3);
    // If four more fields follow, it is not clear which one is too many.
    boolean one =
        LineRules.isSchedule(fields + " " + Characters.firstWords(rest, FIVE - 2))
            && !LineRules.isSchedule("0 " + Characters.firstWords(rest, FIVE - 1));
    return one
        ? Found.of(at, message, line.substring(0, at) + fields + " " + rest)
        : Found.of(at, message);
  }

  private Optional<Found> anacron(String line, int at) {
    Matcher anacron = ANACRON.matcher(line.substring(at));
    if (!anacron.matches()) {
      return Optional.empty();
    }
    String user = format == CrontabFormat.SYSTEM ? "root " : "";
    String days = anacron.group(1);
    String when =
        switch (days) {
          case "1" -> "@daily";
          case "7" -> "@weekly";
          default -> days.startsWith("@") ? days : "@every " + days + "d";
        };
    return Found.of(
        at,
        "this is a line of anacrontab (days, delay, name, command), write "
            + Characters.shown(when + " " + user + anacron.group(2))
            + " and CRON_CATCH_UP above it");
  }

  private Optional<Found> noUser(String line, int at) {
    if (format == CrontabFormat.USER) {
      return Optional.empty();
    }
    boolean word = at < line.length() && line.charAt(at) == '@';
    int end = word ? Characters.endOfWord(line, at) : Characters.endOfWords(line, at, FIVE);
    int user = Characters.skipBlanks(line, end);
    String name = line.substring(user, Characters.endOfWord(line, user));
    boolean option = line.startsWith("-", Characters.skipBlanks(line, user + name.length()));
    return (name.indexOf('/') >= 0 || option) && LineRules.isSchedule(line.substring(at, end))
        ? Found.of(user, LineRules.withoutUser(name))
        : Optional.empty();
  }
}
