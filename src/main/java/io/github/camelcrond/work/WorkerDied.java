// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.work;

/** Thrown on the way to a run that was begun elsewhere and is not begun again. */
public final class WorkerDied extends Exception {
  private static final long serialVersionUID = 1L;

  /**
   * @param message why not: lower case, no full stop
   */
  public WorkerDied(String message) {
    super(message, null, false, false);
  }
}
