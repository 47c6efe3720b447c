// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.config;

/** Thrown if a text is not JSON, or a value in it is missing or has the wrong type. */
public final class JsonException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message states the key and the error
   */
  public JsonException(String message) {
    super(message);
  }

  JsonException(String message, Throwable cause) {
    super(message, cause);
  }
}
