// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.disk;

/**
 * A file in the store folder that cannot be read or written at the moment. A change that ends with
 * it is not durable; what was durable before still is, and the next use tries again.
 */
public final class DiskException extends RuntimeException {

  /** Says which file, what failed, and what that means for the caller. */
  public DiskException(String message, Throwable cause) {
    super(message, cause);
  }
}
