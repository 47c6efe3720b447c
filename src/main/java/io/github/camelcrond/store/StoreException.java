// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.store;

/** Thrown when a store cannot be used; the message names it, the problem and the remedy. */
public final class StoreException extends RuntimeException {

  /** Says what is wrong. */
  public StoreException(String message) {
    super(message);
  }

  /** Says what is wrong and what led to it. */
  public StoreException(String message, Throwable cause) {
    super(message, cause);
  }
}
