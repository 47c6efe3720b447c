// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.crontab;

import java.util.List;

/**
 * A crontab as read: its jobs in the order of their lines, and all that was wrong with the other
 * lines.
 *
 * @param errors of lines that were left out, in the order of the file
 * @param warnings of lines that are in force, in the order of the file
 */
public record Crontab(List<Job> jobs, List<Problem> errors, List<Problem> warnings) {

  /** Copies the lists. */
  public Crontab {
    jobs = List.copyOf(jobs);
    errors = List.copyOf(errors);
    warnings = List.copyOf(warnings);
  }

  /** A cheap one: for each expression on it Camel looks a crontab up in a map. */
  @Override
  public int hashCode() {
    return jobs.size();
  }
}
