// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cluster;

/** Thrown for a run whose worker died and which is not started again. */
public final class WorkerDied extends Exception {
  private static final long serialVersionUID = 1L;

  /**
   * @param message the reason, lower case, without a full stop
   */
  public WorkerDied(String message) {
    super(message, null, false, false);
  }
}
