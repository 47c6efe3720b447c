// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.migrate;

import io.github.camelcrond.crontab.Crontab;
import io.github.camelcrond.crontab.CrontabReader;
import io.github.camelcrond.crontab.CrontabText;
import io.github.camelcrond.crontab.Job;
import io.github.camelcrond.crontab.ReaderOptions;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Writes a system crontab for camel-crond from files of other programs. What cannot be carried over
 * becomes a comment; a job that cannot be read is also reported as a fault, and all others are
 * written.
 */
public final class CrontabImport {
  private static final int LONGEST_NAME = 64;

  /**
   * Variables that the daemon reads, or without which a command finds nothing if they are empty.
   */
  private static final Set<String> EXPORTED = Set.of("PATH", "HOME", "SHELL", "RANDOM_DELAY");

  private static final String NAME = "CRON_NAME";
  private static final String USUAL_PATH =
      "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  private final CrontabReader reader =
      new CrontabReader(ReaderOptions.of(ZoneOffset.UTC), Clock.systemUTC());
  private final CrontabText text = new CrontabText();
  private final List<String> faults = new ArrayList<>();
  private boolean hasPath;
  private boolean hasHome;
  private final Set<String> names = new HashSet<>();

  /** The number that distinguishes the next job of a name, by name. */
  private final Map<String, Integer> copies = new HashMap<>();

  private final Map<String, Optional<String>> refusals = new HashMap<>();

  /**
   * Adds the jobs of a file.
   *
   * @param name name of the file, for messages
   * @param from the program that it was written for; empty to detect it
   */
  public void add(String name, byte[] content, Optional<ImportKind> from) {
    ImportedFile file = new ImportedFile(name);
    String read = new String(content, StandardCharsets.UTF_8).replaceFirst("^\uFEFF", "");
    if (read.indexOf('\0') >= 0) {
      faults.add(name + ": is a binary file, give a crontab or a list of jobs");
      return;
    }
    Optional<ImportKind> kind = from.or(() -> Detection.of(read));
    if (kind.isEmpty()) {
      faults.add(
          name
              + ": neither a crontab nor a list of jobs that is known, use --from with one of "
              + List.of(ImportKind.values()).toString().replaceAll("[\\[\\]]", ""));
      return;
    }
    text.comment("imported from " + name + " (" + kind.get().title() + ")");
    read(file, kind.get(), read);
    file.items().forEach(item -> write(file, item));
    faults.addAll(file.faults());
  }

  /** Reports a file that could not be opened. */
  public void fault(String fault) {
    faults.add(fault);
  }

  /** The crontab of all jobs so far. */
  public String crontab() {
    return text.toString();
  }

  /** The faults, each with its position. */
  public List<String> faults() {
    return List.copyOf(faults);
  }

  private static void read(ImportedFile file, ImportKind kind, String text) {
    switch (kind) {
      case SYSTEM, USER, BUSYBOX, SUPERCRONIC -> OtherCrontab.read(file, kind, text);
      case OFELIA -> OfeliaSource.ini(file, text);
      case DOCKER -> OfeliaSource.labels(file, text);
      case KUBERNETES -> KubernetesSource.read(file, text);
      case YACRON -> YacronSource.read(file, text);
      default -> throw new IllegalArgumentException(kind.toString());
    }
  }

  private void write(ImportedFile file, ImportedFile.Item item) {
    if (item instanceof JobDraft job) {
      write(file, job);
    } else if (item instanceof ImportedFile.Comment comment) {
      if (comment.text().isEmpty()) {
        text.blank();
      } else {
        text.comment(comment.text());
      }
    }
  }

  private void write(ImportedFile file, JobDraft job) {
    List<String> notes = new ArrayList<>(job.notes);
    Map<String, String> variables = new LinkedHashMap<>();
    String fault = "";
    for (Map.Entry<String, String> setting : job.settings.entrySet()) {
      Optional<String> refusal = refusal(setting.getKey(), setting.getValue());
      if (refusal.isEmpty()) {
        variables.put(setting.getKey(), setting.getValue());
      } else if (setting.getKey().equals("CRON_TZ")) {
        fault = refusal.get();
      } else {
        notes.add(setting.getKey() + " is left out: " + refusal.get());
      }
    }
    String line = job.schedule + " " + job.user + " " + exports(job, variables, notes) + job.raw;
    fault = fault.isEmpty() && !job.wasRead ? fault(line, job) : fault;
    String name = job.name.isEmpty() ? "" : name(job.name);
    if (!name.equals(job.name) && fault.isEmpty()) {
      notes.add("its name was " + job.name);
    }
    if (!fault.isEmpty()) {
      file.report(job.line, fault);
      notes.add("left out: " + fault);
    } else if (!job.inactive.isEmpty()) {
      notes.add((name.isEmpty() ? "" : name + ": ") + job.inactive);
      variables.forEach((variable, value) -> notes.add(variable + " = " + value));
    } else {
      notes.forEach(text::comment);
      if (!name.isEmpty()) {
        variables.put(NAME, name);
      }
      keepPath(variables);
      text.variables(variables);
      text.line(line);
      return;
    }
    notes.forEach(text::comment);
    text.comment(line);
  }

  /**
   * Sets PATH, as what an earlier crontab has set cannot be unset, and without PATH no command is
   * found.
   */
  private void keepPath(Map<String, String> variables) {
    hasPath |= variables.containsKey("PATH");
    if (hasPath) {
      variables.putIfAbsent("PATH", USUAL_PATH);
    }
    if (hasHome && !variables.containsKey("HOME")) {
      text.comment("HOME is empty below, as a crontab cannot unset it; set it if it is needed");
    }
    hasHome = variables.containsKey("HOME");
  }

  /**
   * The variables that the command itself has to set: those that the daemon would read, and those
   * that an assignment cannot express. All others are added to {@code assigned}.
   */
  private String exports(JobDraft job, Map<String, String> assigned, List<String> notes) {
    StringBuilder exports = new StringBuilder();
    job.variables.forEach(
        (name, value) -> {
          boolean own = name.startsWith("CRON_") || EXPORTED.contains(name);
          if (!own && refusal(name, value).isEmpty()) {
            assigned.put(name, value);
          } else if (name.matches("[A-Za-z_]\\w*")) {
            exports.append("export ").append(name).append('=');
            exports.append(ShellWords.quoted(value)).append("; ");
          } else {
            notes.add("variable " + name + " is left out, a shell has no such names");
          }
        });
    return exports.isEmpty() ? "" : CrontabText.escaped(exports.toString());
  }

  /** Why a variable would not be read back with the same value; empty if it would. */
  private Optional<String> refusal(String name, String value) {
    CrontabText one = new CrontabText();
    one.variables(Map.of(name, value));
    return refusals.computeIfAbsent(one.toString(), line -> refusal(line, name, value));
  }

  private Optional<String> refusal(String line, String name, String value) {
    Crontab alone = reader.read(line);
    if (!alone.errors().isEmpty()) {
      return Optional.of(alone.errors().get(0).message());
    }
    Crontab read = reader.read(line + "* * * * * - true\n");
    boolean same =
        read.jobs().size() == 1
            && value.equals(read.jobs().get(0).environment().getOrDefault(name, ""))
            && read.jobs().get(0).environment().containsKey(name);
    return same ? Optional.empty() : Optional.of("a crontab cannot set it");
  }

  /** Why a line would not be read back as the same job; empty if it would. */
  private String fault(String line, JobDraft job) {
    if (line.indexOf('\n') >= 0 || line.indexOf('\r') >= 0) {
      return "the job has more than one line";
    }
    if (line.contains("\uFFFD")) {
      return "not UTF-8, save the file as UTF-8";
    }
    Crontab read = reader.read(line);
    if (!read.errors().isEmpty()) {
      return read.errors().get(0).message();
    }
    List<Job> jobs = read.jobs();
    boolean same =
        jobs.size() == 1
            && jobs.get(0).user().equals(job.user)
            && line.endsWith(" " + jobs.get(0).raw())
            && jobs.get(0).text().equals(job.schedule.replaceAll("\\s+", " "));
    return same ? "" : "not a schedule and a command: " + job.schedule;
  }

  /** A valid name that no other job has. */
  private String name(String wanted) {
    String valid =
        wanted
            .toLowerCase(Locale.ROOT)
            .replaceAll("[^a-z0-9]+", "-")
            .replaceAll("^-|-$", "")
            .replaceFirst("^(?=[^a-z]|$)", "job-");
    String base = valid.substring(0, Math.min(valid.length(), LONGEST_NAME - 5));
    String name = valid.length() > LONGEST_NAME ? base : valid;
    int copy = copies.getOrDefault(base, 2);
    while (!names.add(name)) {
      name = base + "-" + copy++;
    }
    copies.put(base, copy);
    return name;
  }
}
