// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.crontab;

import io.github.camelcrond.schedule.ScheduleException;
import io.github.camelcrond.schedule.ScheduleParser;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.regex.Pattern;

/**
 * Rules for probable mistakes. Each rule has a code, by which a comment silences its warning, and
 * returns the corrected line if there is only one possible correction.
 */
final class LineRules {
  private static final int FIVE = 5;
  private static final Pattern REDIRECT = Pattern.compile("(?:\\d*>|\\d*<|\\||&|;).*");
  private static final List<String> PROGRAM_FOLDERS =
      List.of("/usr/local/sbin/", "/usr/local/bin/", "/usr/sbin/", "/usr/bin/", "/sbin/", "/bin/");

  private final ReaderOptions options;
  private final Map<String, Optional<String>> programs = new HashMap<>();
  private final Map<String, Boolean> users = new HashMap<>();

  private final List<JobRule> ofJobs =
      List.of(
          new JobRule("missing-user", this::missingUser),
          new JobRule("extra-user", this::extraUser),
          new JobRule("another-schedule", this::anotherSchedule),
          new JobRule("sixth-field", this::sixthField),
          new JobRule("wildcard-command", this::wildcard),
          new JobRule("redirect-only", this::redirect),
          new JobRule("percent", this::percent),
          new JobRule("no-break-space", (line, parts) -> LookAlikes.space(line, parts.rawAt())),
          new JobRule("smart-quotes", (line, parts) -> LookAlikes.quote(line, parts.rawAt())),
          new JobRule("program", this::program));

  private final List<VariableRule> ofVariables =
      List.of(
          new VariableRule("schedule-in-variable", this::schedule),
          new VariableRule("trailing-backslash", this::backslash),
          new VariableRule("no-break-space", (line, a) -> LookAlikes.space(line, a.nameAt())),
          new VariableRule("smart-quotes", (line, a) -> LookAlikes.quote(line, a.valueAt())));

  private record JobRule(String code, BiFunction<String, JobLine, Optional<Found>> look) {}

  private record VariableRule(String code, BiFunction<String, Assignment, Optional<Found>> look) {}

  LineRules(ReaderOptions options) {
    this.options = options;
  }

  /** Probable mistakes in a line that runs a command. */
  List<Found> ofJob(String line, JobLine parts) {
    List<Found> found = new ArrayList<>(0);
    for (JobRule rule : ofJobs) {
      rule.look.apply(line, parts).ifPresent(f -> found.add(f.withCode(rule.code)));
    }
    return found;
  }

  /** Probable mistakes in an assignment. */
  List<Found> ofVariable(String line, Assignment assignment) {
    List<Found> found = new ArrayList<>(0);
    for (VariableRule rule : ofVariables) {
      rule.look.apply(line, assignment).ifPresent(f -> found.add(f.withCode(rule.code)));
    }
    return found;
  }

  /** Whether the word in the user column can only be a field of the schedule or a command. */
  boolean isOddUser(JobLine parts) {
    return options.format() == CrontabFormat.SYSTEM && Characters.hasAny(parts.user(), "*?,#/(~");
  }

  private Optional<Found> missingUser(String line, JobLine parts) {
    if (options.format() == CrontabFormat.USER) {
      return Optional.empty();
    }
    if (isOddUser(parts)) {
      return Found.of(
          parts.userAt(),
          parts.user().indexOf('/') >= 0
              ? withoutUser(parts.user())
              : "the user is "
                  + Characters.shown(parts.user())
                  + ", write one; a line with six time fields needs crond.crontab.fields = 6");
    }
    return parts.raw().charAt(0) == '-'
        ? Found.of(parts.rawAt(), "the command begins with -, is the user in front of it missing?")
        : Optional.empty();
  }

  /** The message for a user that is missing before {@code word}. */
  static String withoutUser(String word) {
    return "the user in front of "
        + Characters.shown(word)
        + " is missing, write one or set crond.crontab.format = user";
  }

  private Optional<Found> extraUser(String line, JobLine parts) {
    String word = firstWord(parts);
    if (word.length() == parts.raw().length() || !isUser(word)) {
      return Optional.empty();
    }
    String remedy =
        options.format() == CrontabFormat.USER
            ? "leave it out or set crond.crontab.format = system"
            : "leave one out";
    return Found.of(parts.rawAt(), "the command begins with the user " + word + ", " + remedy);
  }

  /** Whether {@code word} is the name of a user and not that of a program. */
  private boolean isUser(String word) {
    char first = word.charAt(0);
    if (first < 'A' || first > 'z') {
      return false;
    }
    return users.computeIfAbsent(
        word,
        name ->
            options.users().exists(name)
                && PROGRAM_FOLDERS.stream().noneMatch(f -> fault(f + name).isEmpty()));
  }

  private Optional<Found> anotherSchedule(String line, JobLine parts) {
    char first = parts.raw().charAt(0);
    if (first == '@' && isSchedule(firstWord(parts))
        || isFieldLike(first) && isSchedule(Characters.firstWords(parts.raw(), FIVE))) {
      return Found.of(
          parts.rawAt(), "the command begins with another schedule, write one job on a line");
    }
    return Optional.empty();
  }

  private Optional<Found> sixthField(String line, JobLine parts) {
    String word = firstWord(parts);
    boolean sixth =
        options.format() == CrontabFormat.USER
            && isFieldLike(word.charAt(0))
            && parts.schedule().charAt(0) != '@'
            && anotherSchedule(line, parts).isEmpty()
            && isSchedule(parts.schedule() + " " + word);
    return sixth
        ? Found.of(
            parts.rawAt(),
            "the command begins with "
                + Characters.shown(word)
                + ", as a sixth time field would: five were assumed; if the first field is the"
                + " second, set crond.crontab.fields")
        : Optional.empty();
  }

  private static boolean isFieldLike(char first) {
    return first == '*' || first == '?' || first >= '0' && first <= '9';
  }

  /** Whether {@code text} is a valid schedule. */
  static boolean isSchedule(String text) {
    try {
      ScheduleParser.parse(text, ZoneOffset.UTC, "");
      return true;
    } catch (ScheduleException e) {
      return false;
    }
  }

  private Optional<Found> wildcard(String line, JobLine parts) {
    char first = parts.raw().charAt(0);
    return (first == '*' || first == '?')
            && anotherSchedule(line, parts).isEmpty()
            && sixthField(line, parts).isEmpty()
        ? Found.of(
            parts.rawAt(),
            "the command begins with "
                + first
                + ", for which the shell takes the first file of the directory")
        : Optional.empty();
  }

  private Optional<Found> redirect(String line, JobLine parts) {
    char first = parts.raw().charAt(0);
    boolean can = "><|&;".indexOf(first) >= 0 || first >= '0' && first <= '9';
    return can && REDIRECT.matcher(parts.raw()).matches()
        ? Found.of(parts.rawAt(), "the command is missing in front of " + firstWord(parts))
        : Optional.empty();
  }

  /** An unescaped percent sign that is almost certainly meant as part of the command. */
  private Optional<Found> percent(String line, JobLine parts) {
    List<Integer> signs = PercentSigns.within(parts.raw());
    if (signs.isEmpty()) {
      return Optional.empty();
    }
    StringBuilder mended = new StringBuilder(line);
    for (int i = signs.size() - 1; i >= 0; i--) {
      mended.insert(parts.rawAt() + signs.get(i), '\\');
    }
    return Found.of(
        parts.rawAt() + signs.get(0),
        "% ends the command here, what follows is its input; write \\% for a percent sign",
        mended.toString());
  }

  private Optional<Found> program(String line, JobLine parts) {
    if (parts.raw().charAt(0) != '/') {
      return Optional.empty();
    }
    String raw = parts.raw();
    int end = 1;
    while (end < raw.length() && isPlain(raw.charAt(end))) {
      end++;
    }
    if (end < raw.length() && " \t;&|".indexOf(raw.charAt(end)) < 0) {
      return Optional.empty();
    }
    String path = raw.substring(0, end);
    return fault(path)
        .flatMap(what -> Found.of(parts.rawAt(), Characters.shown(path) + " " + what));
  }

  /** Whether a character in the path of a program means itself to the shell. */
  private static boolean isPlain(char c) {
    return c <= 'z' && (Character.isLetterOrDigit(c) || "_./+@-".indexOf(c) >= 0);
  }

  private Optional<String> fault(String path) {
    return programs.computeIfAbsent(path, options.programs()::fault);
  }

  private Optional<Found> schedule(String line, Assignment assignment) {
    String value = assignment.value();
    boolean can = !value.isEmpty() && (isFieldLike(value.charAt(0)) || value.charAt(0) == '@');
    boolean schedule =
        can
            && (value.charAt(0) == '@'
                ? isSchedule(value.substring(0, Characters.endOfWord(value, 0)))
                : isSchedule(Characters.firstWords(value, FIVE)));
    return schedule
        ? Found.of(
            assignment.valueAt(),
            "the value of "
                + Characters.shown(assignment.name())
                + " begins with a schedule, write the variable on a line of its own")
        : Optional.empty();
  }

  private Optional<Found> backslash(String line, Assignment assignment) {
    return LineCommand.endsInBackslash(line)
        ? Found.of(line.length() - 1, "the value ends in a backslash, but cron does not join lines")
        : Optional.empty();
  }

  private static String firstWord(JobLine parts) {
    return parts.raw().substring(0, Characters.endOfWord(parts.raw(), 0));
  }
}
