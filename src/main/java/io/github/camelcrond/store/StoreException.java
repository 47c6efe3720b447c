// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.store;

/** A store that cannot be used; the message names it, what is wrong and what to do. */
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
