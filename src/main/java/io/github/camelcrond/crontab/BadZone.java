// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.crontab;

/**
 * A {@code CRON_TZ} with an invalid value, and the jobs that are left out because of it.
 *
 * @param line the line of the assignment
 * @param index index of the value in that line
 * @param message why the value is invalid
 * @param jobs number of jobs left out so far
 * @param lastLine line number of the last of them
 */
record BadZone(TextLine line, int index, String message, int jobs, int lastLine) {

  /** This zone with one more job left out. */
  BadZone without(TextLine job) {
    return new BadZone(line, index, message, jobs + 1, job.number());
  }

  /** The error message, with the number of jobs that are left out. */
  String report() {
    if (jobs == 0) {
      return message;
    }
    String what =
        jobs == 1 ? "1 job is left out, line " : jobs + " jobs are left out, the last in line ";
    return message + "; " + what + lastLine;
  }
}
