// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.config;

/**
 * What a health check found.
 *
 * @param up whether all is well enough
 * @param message facts, without any command's text
 */
public record CheckResult(boolean up, String message) {

  /** All is well enough. */
  public static CheckResult up(String message) {
    return new CheckResult(true, message);
  }

  /** It is not. */
  public static CheckResult down(String message) {
    return new CheckResult(false, message);
  }
}
