// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.disk;

/**
 * Thrown when a file in the store directory cannot be read or written at the moment. The change
 * that failed is not durable, earlier ones are, and the next use retries.
 */
public final class DiskException extends RuntimeException {

  /** Names the file, what failed, and what that means for the caller. */
  public DiskException(String message, Throwable cause) {
    super(message, cause);
  }
}
