// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.http;

/**
 * What tells one list of jobs from another.
 *
 * @param runs changes with every run that begins, starts or ends
 * @param jobs changes when jobs come, go, are paused or resumed, and from start to start
 */
record JobsVersion(long runs, int jobs) {

  /** As a part of an ETag. */
  String text() {
    return Long.toHexString(runs) + '-' + Integer.toHexString(jobs);
  }
}
