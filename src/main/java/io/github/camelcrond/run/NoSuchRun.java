// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.run;

/** Thrown for a run-id that no run in progress has. */
public final class NoSuchRun extends Exception {
  private static final long serialVersionUID = 1L;

  /** No run with the id {@code runId} is in progress. */
  public NoSuchRun(String runId) {
    super("no run with the id " + runId + " is in progress");
  }
}
