// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.crontab;

import java.util.Comparator;
import java.util.List;

/** Writes jobs as a crontab that reads back as the same jobs with the same ids. */
public final class CrontabWriter {
  private CrontabWriter() {}

  /**
   * The jobs of one crontab, in the order of their lines. A variable stands above the first job
   * that has it; where one is missing that the job before had, it is set to nothing.
   *
   * @param format in the form without users, jobs of named users become comments
   */
  public static String render(List<Job> jobs, CrontabFormat format) {
    CrontabText text = new CrontabText();
    text.comment("rendered from the stored jobs");
    for (Job job : jobs.stream().sorted(Comparator.comparingInt(Job::line)).toList()) {
      text.variables(job.environment());
      text.line(line(job, format));
    }
    return text.toString();
  }

  private static String line(Job job, CrontabFormat format) {
    if (format == CrontabFormat.SYSTEM) {
      return job.text() + " " + job.user() + " " + job.raw();
    }
    String line = job.text() + " " + job.raw();
    return job.user().equals("-")
        ? line
        : "# left out, as lines have no user here: " + job.user() + ": " + line;
  }
}
