// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.store;

/** Thrown when a store cannot be used; the message names it, the problem and the remedy. */
public final class StoreException extends RuntimeException {

  /** An error with a message. */
  public StoreException(String message) {
    super(message);
  }

  /** An error with a message and its cause. */
  public StoreException(String message, Throwable cause) {
    super(message, cause);
  }
}
