// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.crontab;

import java.util.Optional;

/** The CRON_NAME that applies to the next job. */
final class JobNames {
  private static final int LONGEST = 64;

  private final ProblemCollector findings;
  private Optional<PendingName> pending = Optional.empty();

  private record PendingName(TextLine line, Assignment assignment) {}

  JobNames(ProblemCollector findings) {
    this.findings = findings;
  }

  /** Sets the name of the next job; an empty value removes it. */
  void set(TextLine line, Assignment assignment, JobIds ids) {
    Optional<PendingName> before = pending;
    pending = Optional.empty();
    if (!assignment.fault().isEmpty()) {
      findings.error(line, assignment.faultAt(), assignment.fault());
      return;
    }
    String name = assignment.value();
    if (name.isEmpty()) {
      return;
    }
    before.ifPresent(
        p -> unused(p, "line " + line.number() + " sets another before a job follows"));
    int fault = firstFault(name);
    if (fault >= 0) {
      String allowed = "use a letter, then at most 63 of a-z, 0-9 and -";
      findings.error(
          line,
          assignment.valueAt() + fault,
          "CRON_NAME " + Characters.shown(name) + " is not a valid name, " + allowed);
      return;
    }
    Optional<FileLine> taken = ids.lineOf(name);
    if (taken.isPresent()) {
      findings.error(
          line,
          assignment.valueAt(),
          "CRON_NAME "
              + name
              + " is already used in "
              + taken.get().seenFrom(findings.file())
              + ", use another");
      return;
    }
    pending = Optional.of(new PendingName(line, assignment));
  }

  /** The name of the next job, which uses it up; empty if it has none. */
  Optional<String> take() {
    Optional<String> name = pending.map(p -> p.assignment().value());
    pending = Optional.empty();
    return name;
  }

  /** Warns of a name that no job follows. */
  void end() {
    pending.ifPresent(p -> unused(p, "no job follows"));
    pending = Optional.empty();
  }

  private void unused(PendingName name, String why) {
    String message = "CRON_NAME " + name.assignment().value() + " is not used, " + why;
    findings.warning(name.line(), name.assignment().valueAt(), "unused-name", message);
  }

  private static int firstFault(String name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean letter = c >= 'a' && c <= 'z';
      if (i == LONGEST || !letter && (i == 0 || c != '-' && (c < '0' || c > '9'))) {
        return i;
      }
    }
    return -1;
  }
}
