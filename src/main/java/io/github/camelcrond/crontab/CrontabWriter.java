// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.crontab;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Writes jobs as a crontab from which {@link CrontabReader} reads the same jobs with the same
 * job-ids.
 */
public final class CrontabWriter {
  private CrontabWriter() {}

  /**
   * Writes {@code jobs}, in the order of their files and lines; those of several files as {@link
   * CrontabParts}. A variable precedes the first job that has it; if a later job lacks it, it is
   * set to the empty value.
   *
   * @param format with {@link CrontabFormat#USER}, jobs of other users become comments
   */
  public static String render(List<Job> jobs, CrontabFormat format) {
    Map<String, List<Job>> files =
        jobs.stream().collect(Collectors.groupingBy(Job::file, TreeMap::new, Collectors.toList()));
    if (files.size() <= 1 && files.containsKey("")) {
      return renderFile(jobs, format);
    }
    List<CrontabParts.Part> parts = new ArrayList<>();
    files.forEach(
        (file, ofFile) -> {
          boolean user = CrontabPaths.user(file).isPresent();
          String text = renderFile(ofFile, user ? CrontabFormat.USER : format);
          parts.add(new CrontabParts.Part(file, text.getBytes(StandardCharsets.UTF_8)));
        });
    return new String(CrontabParts.join(parts, Path.of("")), StandardCharsets.UTF_8);
  }

  private static String renderFile(List<Job> jobs, CrontabFormat format) {
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
    return job.user().equals("-") || CrontabPaths.user(job.file()).equals(Optional.of(job.user()))
        ? line
        : "# left out, as lines have no user here: " + job.user() + ": " + line;
  }
}
