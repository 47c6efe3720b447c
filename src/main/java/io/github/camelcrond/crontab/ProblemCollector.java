// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.crontab;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Collects the errors and warnings of a crontab. */
final class ProblemCollector {
  private static final Comparator<Problem> BY_PLACE =
      Comparator.comparingInt(Problem::line).thenComparingInt(Problem::column);

  private final List<Problem> errors = new ArrayList<>();
  private final List<Problem> warnings = new ArrayList<>();
  private String file = "";
  private int errorsBefore;
  private int warningsBefore;
  private Silences silences = new Silences();

  /** Begins a file; comments that silence warnings apply to their own file only. */
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

  /** Path of the current file; empty if the crontab is a single file. */
  String file() {
    return file;
  }

  /** The comments of the current file that silence warnings. */
  Silences silences() {
    return silences;
  }

  /** Adds an error at {@code index} of a line. */
  void error(TextLine line, int index, String message) {
    error(line, index, message, Optional.empty());
  }

  /** Adds an error with the corrected line, if there is only one possible correction. */
  void error(TextLine line, int index, String message, Optional<String> mend) {
    errors.add(problem(line, index, message, "", mend));
  }

  /** Adds a warning, unless a comment silences {@code code}. */
  void warning(TextLine line, int index, String code, String message) {
    warning(line, index, code, message, Optional.empty());
  }

  /** Adds a warning with the corrected line, unless a comment silences {@code code}. */
  void warning(TextLine line, int index, String code, String message, Optional<String> mend) {
    assert Silences.CODES.contains(code) : code;
    if (!silences.cover(line.number(), code)) {
      warnings.add(problem(line, index, message, code, mend));
    }
  }

  /** The crontab with {@code jobs} and all errors and warnings, in the order of files and lines. */
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
