// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.crontab;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes jobs as a crontab that reads back as the same jobs with the same ids. */
public final class CrontabWriter {
  private static final String NAME = "CRON_NAME";

  private CrontabWriter() {}

  /**
   * The jobs of one crontab, in the order of their lines. A variable stands above the first job
   * that has it; where one is missing that the job before had, it is set to nothing.
   *
   * @param format in the form without users, jobs of named users become comments
   */
  public static String render(List<Job> jobs, CrontabFormat format) {
    StringBuilder text = new StringBuilder("# rendered from the stored jobs\n");
    Map<String, String> inForce = new LinkedHashMap<>();
    for (Job job : jobs.stream().sorted(Comparator.comparingInt(Job::line)).toList()) {
      variables(text, inForce, job.environment());
      if (job.environment().containsKey(NAME)) {
        assign(text, NAME, job.environment().get(NAME));
      }
      line(text, job, format);
    }
    return text.toString();
  }

  private static void variables(
      StringBuilder text, Map<String, String> inForce, Map<String, String> wanted) {
    for (Map.Entry<String, String> variable : inForce.entrySet()) {
      if (!wanted.containsKey(variable.getKey()) && !variable.getValue().isEmpty()) {
        variable.setValue("");
        assign(text, variable.getKey(), "");
      }
    }
    wanted.forEach(
        (name, value) -> {
          if (!name.equals(NAME) && !value.equals(inForce.put(name, value))) {
            assign(text, name, value);
          }
        });
  }

  private static void line(StringBuilder text, Job job, CrontabFormat format) {
    boolean system = format == CrontabFormat.SYSTEM;
    if (!system && !job.user().equals("-")) {
      text.append("# left out, as lines have no user here: ").append(job.user()).append(": ");
    }
    text.append(job.text()).append(' ');
    if (system) {
      text.append(job.user()).append(' ');
    }
    text.append(job.raw()).append('\n');
  }

  private static void assign(StringBuilder text, String name, String value) {
    boolean plainName = !name.isEmpty() && "'\"#".indexOf(name.charAt(0)) < 0 && !hasBlank(name);
    text.append(plainName ? name : quoted(name));
    text.append(" = ").append(isPlain(value) ? value : quoted(value)).append('\n');
  }

  private static boolean isPlain(String value) {
    return !value.isEmpty()
        && value.equals(value.strip())
        && value.charAt(0) != '"'
        && value.charAt(0) != '\'';
  }

  private static boolean hasBlank(String name) {
    return name.indexOf(' ') >= 0 || name.indexOf('\t') >= 0;
  }

  private static String quoted(String value) {
    char quote = value.indexOf('"') < 0 ? '"' : '\'';
    return quote + value + quote;
  }
}
