// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.crontab;

import java.util.List;

/**
 * The result of reading a crontab.
 *
 * @param jobs the jobs, in the order of their lines
 * @param errors errors in lines, which are left out; in the order of the lines
 * @param warnings warnings about lines, which are in force nevertheless; in the order of the lines
 */
public record Crontab(List<Job> jobs, List<Problem> errors, List<Problem> warnings) {

  /** Copies the lists. */
  public Crontab {
    jobs = List.copyOf(jobs);
    errors = List.copyOf(errors);
    warnings = List.copyOf(warnings);
  }

  /** Cheap, because Camel looks up a map by the crontab for each expression on it. */
  @Override
  public int hashCode() {
    return jobs.size();
  }
}
