// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.health;

/**
 * What a health check found.
 *
 * @param up whether all is well enough
 * @param message facts, without any command's text
 */
public record Finding(boolean up, String message) {

  /** All is well enough. */
  public static Finding up(String message) {
    return new Finding(true, message);
  }

  /** It is not. */
  public static Finding down(String message) {
    return new Finding(false, message);
  }
}
