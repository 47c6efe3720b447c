// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.crontab;

import java.util.Optional;

/**
 * An error or a warning at a position of a crontab.
 *
 * @param file path of the file; empty if the crontab is a single file
 * @param line line number, from 1
 * @param column column, from 1, in characters
 * @param message the problem and the remedy or the allowed values; lower case, no full stop
 * @param code the code by which a comment silences the warning; empty for an error
 * @param mend the whole corrected line, if there is only one possible correction
 */
public record Problem(
    String file, int line, int column, String message, String code, Optional<String> mend) {

  /**
   * The problem in the form of compilers, {@code file:line:column: message}, with the code of a
   * warning.
   *
   * @param only path of the file if the crontab is a single file
   */
  public String at(String only) {
    return place(only) + ": " + text();
  }

  /** The position, {@code file:line:column}. */
  public String place(String only) {
    return (file.isEmpty() ? only : file) + ":" + line + ":" + column;
  }

  /** The message, followed by the code of a warning in brackets. */
  public String text() {
    return code.isEmpty() ? message : message + " [" + code + "]";
  }
}
