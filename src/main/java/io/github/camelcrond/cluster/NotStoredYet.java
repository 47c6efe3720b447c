// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cluster;

/** Thrown when a request arrives before its job is in the store; a retry will find it. */
public final class NotStoredYet extends Exception {
  private static final long serialVersionUID = 1L;

  /**
   * @param message which job is missing
   */
  public NotStoredYet(String message) {
    super(message, null, false, false);
  }
}
