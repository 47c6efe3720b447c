// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.http;

/**
 * Identifies a version of the list of jobs.
 *
 * @param runs changes with every run that begins, starts or ends
 * @param jobs changes when jobs are added, removed, paused or resumed, and at each start
 */
record JobsVersion(long runs, int jobs) {

  /** As a part of an ETag. */
  String text() {
    return Long.toHexString(runs) + '-' + Integer.toHexString(jobs);
  }
}
