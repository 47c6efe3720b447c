// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.config;

/**
 * The result of a health check.
 *
 * @param up whether the check passed
 * @param message facts, without any command's text
 */
public record CheckResult(boolean up, String message) {

  /** The check passed. */
  public static CheckResult up(String message) {
    return new CheckResult(true, message);
  }

  /** The check failed. */
  public static CheckResult down(String message) {
    return new CheckResult(false, message);
  }
}
