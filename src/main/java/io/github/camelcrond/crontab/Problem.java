// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.crontab;

/**
 * A fault or a warning at one place of a crontab.
 *
 * @param line from 1
 * @param column from 1, in characters
 * @param message what is wrong and what is allowed; lower case, no full stop
 */
public record Problem(int line, int column, String message) {

  /** The usual compiler form, {@code file:line:column: message}. */
  public String at(String file) {
    return file + ":" + line + ":" + column + ": " + message;
  }
}
