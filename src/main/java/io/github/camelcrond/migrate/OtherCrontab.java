// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.migrate;

import io.github.camelcrond.crontab.Crontab;
import io.github.camelcrond.crontab.CrontabReader;
import io.github.camelcrond.crontab.CrontabText;
import io.github.camelcrond.crontab.Job;
import io.github.camelcrond.crontab.Problem;
import io.github.camelcrond.crontab.ReaderOptions;
import io.github.camelcrond.schedule.ScheduleException;
import io.github.camelcrond.schedule.ScheduleParser;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Crontabs of other daemons: each line is converted to a line of a system crontab, which {@link
 * io.github.camelcrond.crontab.CrontabReader} then reads.
 */
final class OtherCrontab {
  private static final Pattern ASSIGNMENT = Pattern.compile("\\s*(\\w+|\"[^\"]*\"|'[^']*')\\s*=.*");
  private static final Pattern JOB = Pattern.compile("\\s*-?([0-9*~?]\\S*\\s+\\S|@[a-zA-Z]+\\s).*");
  private static final Pattern ESCAPED = Pattern.compile("(?<!\\\\)(?:\\\\\\\\)*\\\\%");
  private static final Pattern PERIOD = Pattern.compile("(?i)@(every|at)\\s.*");
  private static final Pattern WORD = Pattern.compile("-?@.*");
  private static final Pattern BLANKS = Pattern.compile("\\s+");
  private static final int FIVE = 5;

  /** The characters with which a year field begins. */
  private static final String YEAR = "0123456789*?~H";

  private static final String UNREADABLE = "\uFFFD";

  private final ImportedFile file;
  private final ImportKind kind;

  private OtherCrontab(ImportedFile file, ImportKind kind) {
    this.file = file;
    this.kind = kind;
  }

  static void read(ImportedFile file, ImportKind kind, String text) {
    new OtherCrontab(file, kind).read(text.lines().toList());
  }

  /** Whether a line can only be a job of a crontab. */
  static boolean isJob(String line) {
    return JOB.matcher(line).matches() && !ASSIGNMENT.matcher(line).matches();
  }

  static boolean isAssignment(String line) {
    return ASSIGNMENT.matcher(line).matches();
  }

  /** Whether a line has a schedule of six or seven fields, as supercronic reads it. */
  static boolean hasYear(String line) {
    return isJob(line) && fields(line.strip()) > FIVE;
  }

  private void read(List<String> lines) {
    StringBuilder system = new StringBuilder();
    for (String line : lines) {
      system.append(isJob(line) ? converted(line) : line).append('\n');
    }
    CrontabReader reader = new CrontabReader(ReaderOptions.of(ZoneOffset.UTC), Clock.systemUTC());
    Crontab read = reader.read(system.toString());
    Map<Integer, Job> jobs = new LinkedHashMap<>();
    read.jobs().forEach(job -> jobs.put(job.line(), job));
    Map<Integer, List<Problem>> errors = byLine(read.errors());
    Map<Integer, List<Problem>> warnings = byLine(read.warnings());
    Map<String, String> last = kind == ImportKind.SUPERCRONIC ? last(reader, lines) : Map.of();
    for (int i = 0; i < lines.size(); i++) {
      int number = i + 1;
      String line = lines.get(i);
      if (line.isBlank() || line.strip().startsWith("#")) {
        file.comment(line.strip().replaceFirst("^#\\s?", ""));
        continue;
      }
      if (line.contains(UNREADABLE)) {
        file.fault(number, "not UTF-8, save the file as UTF-8");
        continue;
      }
      if (errors.containsKey(number)) {
        errors.get(number).forEach(error -> file.fault(number, error.message()));
        file.comment(line);
        continue;
      }
      warnings
          .getOrDefault(number, List.of())
          .forEach(p -> file.comment("line " + number + ": " + p.text()));
      if (jobs.containsKey(number)) {
        file.job(draft(jobs.get(number), line, last));
      }
    }
  }

  private static Map<Integer, List<Problem>> byLine(List<Problem> problems) {
    return problems.stream().collect(Collectors.groupingBy(Problem::line));
  }

  /** The variables at the end of the file. */
  private static Map<String, String> last(CrontabReader reader, List<String> lines) {
    StringBuilder text = new StringBuilder();
    lines.stream().filter(line -> !isJob(line)).forEach(line -> text.append(line).append('\n'));
    List<Job> jobs = reader.read(text + "CRON_NAME =\n* * * * * - true\n").jobs();
    return jobs.get(jobs.size() - 1).environment();
  }

  private JobDraft draft(Job job, String line, Map<String, String> last) {
    JobDraft draft = new JobDraft(job.line()).at(job.text()).as(job.user()).runs(job.raw());
    draft.wasRead = true;
    if (kind == ImportKind.SUPERCRONIC) {
      // Its variables apply to the whole file, wherever they stand.
      last.forEach(draft::set);
      draft.settings.putIfAbsent("CRON_OVERLAP", "skip");
    } else {
      job.environment().forEach(draft::set);
    }
    draft.named(job.environment().getOrDefault("CRON_NAME", ""));
    draft.settings.remove("CRON_NAME");
    if (isLiteral() && ESCAPED.matcher(line).find()) {
      draft.note("the shell got \\% here; it now gets % without the backslash");
    }
    return draft;
  }

  /** Whether percent signs have no special meaning. */
  private boolean isLiteral() {
    return kind == ImportKind.BUSYBOX || kind == ImportKind.SUPERCRONIC;
  }

  private String converted(String line) {
    if (kind == ImportKind.SYSTEM) {
      return line;
    }
    String stripped = line.strip();
    int words =
        PERIOD.matcher(stripped).matches()
            ? 2
            : WORD.matcher(stripped).matches() ? 1 : fields(stripped);
    String[] parts = BLANKS.split(stripped, words + 1);
    if (parts.length <= words) {
      return line;
    }
    StringBuilder schedule = new StringBuilder(parts[0]);
    for (int i = 1; i < words; i++) {
      schedule.append(' ').append(parts[i].equals("?") ? "*" : parts[i]);
    }
    String command = parts[words];
    return (words == FIVE + 1 ? "0 " : "")
        + schedule
        + " - "
        + (isLiteral() ? CrontabText.escaped(command) : kept(command));
  }

  /**
   * {@code command} with its percent signs escaped; a first word that looks like an endpoint stays
   * a command.
   */
  private static String kept(String command) {
    return command.matches("[A-Za-z][A-Za-z0-9+.-]*:.*") ? "\\" + command : command;
  }

  /** The number of fields: seven with seconds and year, six with a year, or five. */
  private static int fields(String line) {
    String[] words = BLANKS.split(line, FIVE + 4);
    for (int count = FIVE + 2; count > FIVE; count--) {
      if (words.length > count && YEAR.indexOf(words[count - 1].charAt(0)) >= 0) {
        String schedule = String.join(" ", List.of(words).subList(0, count));
        if (isSchedule(count == FIVE + 1 ? "0 " + schedule : schedule)) {
          return count;
        }
      }
    }
    return FIVE;
  }

  private static boolean isSchedule(String text) {
    try {
      ScheduleParser.parse(text, ZoneOffset.UTC, "");
      return true;
    } catch (ScheduleException e) {
      return false;
    }
  }
}
