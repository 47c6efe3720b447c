// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.job;

/** Thrown when somebody names a job that is not in force. */
public final class NoSuchJob extends Exception {
  private static final long serialVersionUID = 1L;

  /** There is no job with the id {@code jobId}. */
  public NoSuchJob(String jobId) {
    super("no job has the id " + jobId);
  }
}
