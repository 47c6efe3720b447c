// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.crontab;

/**
 * A CRON_TZ that could not be taken, and what it leaves out.
 *
 * @param line of the assignment
 * @param index of the value in the line
 * @param message why the zone was refused
 * @param jobs left out below it so far
 * @param lastLine of these jobs
 */
record BadZone(TextLine line, int index, String message, int jobs, int lastLine) {

  /** The same with one more job left out. */
  BadZone without(TextLine job) {
    return new BadZone(line, index, message, jobs + 1, job.number());
  }

  /** What to tell the user. */
  String report() {
    if (jobs == 0) {
      return message;
    }
    String what =
        jobs == 1 ? "1 job is left out, line " : jobs + " jobs are left out, the last in line ";
    return message + "; " + what + lastLine;
  }
}
