// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.crontab;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Collects what is wrong with a crontab. */
final class ProblemCollector {
  private static final Comparator<Problem> BY_PLACE =
      Comparator.comparingInt(Problem::line).thenComparingInt(Problem::column);

  private final List<Problem> errors = new ArrayList<>();
  private final List<Problem> warnings = new ArrayList<>();
  private String file = "";
  private int errorsBefore;
  private int warningsBefore;
  private Silences silences = new Silences();

  /** Begins a file, whose comments count for its lines only. */
  void begin(String next) {
    sort();
    file = next;
    errorsBefore = errors.size();
    warningsBefore = warnings.size();
    silences = new Silences();
  }

  private void sort() {
    errors.subList(errorsBefore, errors.size()).sort(BY_PLACE);
    warnings.subList(warningsBefore, warnings.size()).sort(BY_PLACE);
  }

  /** The file that was begun last; empty if there is one only. */
  String file() {
    return file;
  }

  /** What comments say about warnings. */
  Silences silences() {
    return silences;
  }

  /** Notes a fault at an index of a line. */
  void error(TextLine line, int index, String message) {
    error(line, index, message, Optional.empty());
  }

  /** Notes a fault and the line as it was meant. */
  void error(TextLine line, int index, String message, Optional<String> mend) {
    errors.add(problem(line, index, message, "", mend));
  }

  /** Notes something to look at, unless a comment silences {@code code}. */
  void warning(TextLine line, int index, String code, String message) {
    warning(line, index, code, message, Optional.empty());
  }

  /** The same with the line as it was meant. */
  void warning(TextLine line, int index, String code, String message, Optional<String> mend) {
    assert Silences.CODES.contains(code) : code;
    if (!silences.cover(line.number(), code)) {
      warnings.add(problem(line, index, message, code, mend));
    }
  }

  /** The crontab with these jobs and all that was noted, in the order of the files. */
  Crontab crontab(List<Job> jobs) {
    sort();
    return new Crontab(jobs, errors, warnings);
  }

  private Problem problem(
      TextLine line, int index, String message, String code, Optional<String> mend) {
    return new Problem(
        file,
        line.number(),
        Characters.column(line.text(), index),
        Characters.printable(message),
        code,
        mend);
  }
}
