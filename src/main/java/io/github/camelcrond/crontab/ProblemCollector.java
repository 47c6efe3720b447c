// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.crontab;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects what is wrong with a crontab. */
final class ProblemCollector {
  private static final Comparator<Problem> BY_PLACE =
      Comparator.comparingInt(Problem::line).thenComparingInt(Problem::column);

  private final List<Problem> errors = new ArrayList<>();
  private final List<Problem> warnings = new ArrayList<>();

  /** Notes a fault at an index of a line. */
  void error(TextLine line, int index, String message) {
    errors.add(problem(line, index, message));
  }

  /** Notes something to look at. */
  void warning(TextLine line, int index, String message) {
    warnings.add(problem(line, index, message));
  }

  /** The crontab with these jobs and all that was noted, in the order of the file. */
  Crontab crontab(List<Job> jobs) {
    errors.sort(BY_PLACE);
    warnings.sort(BY_PLACE);
    return new Crontab(jobs, errors, warnings);
  }

  private static Problem problem(TextLine line, int index, String message) {
    return new Problem(
        line.number(), Characters.column(line.text(), index), Characters.printable(message));
  }
}
