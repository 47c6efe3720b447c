// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.job;

/** Thrown for a job-id that no job in force has. */
public final class NoSuchJob extends Exception {
  private static final long serialVersionUID = 1L;

  /** No job in force has the id {@code jobId}. */
  public NoSuchJob(String jobId) {
    super("no such job: " + jobId);
  }
}
