// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.config;

/** A text is no JSON, or a value in it is missing or not of the type wanted. */
public final class JsonException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message says which key, and what is wrong
   */
  public JsonException(String message) {
    super(message);
  }

  JsonException(String message, Throwable cause) {
    super(message, cause);
  }
}
