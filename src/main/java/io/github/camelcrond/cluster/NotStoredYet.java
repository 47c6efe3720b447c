// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cluster;

/** Thrown when a request is ahead of the store: its job will be there in a moment. */
public final class NotStoredYet extends Exception {
  private static final long serialVersionUID = 1L;

  /**
   * @param message which job is missing
   */
  public NotStoredYet(String message) {
    super(message, null, false, false);
  }
}
