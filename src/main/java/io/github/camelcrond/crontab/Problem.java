// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.crontab;

import java.util.Optional;

/**
 * A fault or a warning at one place of a crontab.
 *
 * @param file of the line; empty if the crontab is one file
 * @param line from 1
 * @param column from 1, in characters
 * @param message what is wrong and what is allowed; lower case, no full stop
 * @param code by which a warning is silenced; empty for a fault
 * @param mend the whole line as it was meant, if there is only one way to mend it
 */
public record Problem(
    String file, int line, int column, String message, String code, Optional<String> mend) {

  /**
   * The usual compiler form, {@code file:line:column: message}, with the code of a warning.
   *
   * @param only the file if the crontab is one file
   */
  public String at(String only) {
    return place(only) + ": " + text();
  }

  /** The place alone, {@code file:line:column}. */
  public String place(String only) {
    return (file.isEmpty() ? only : file) + ":" + line + ":" + column;
  }

  /** The message, with its code if it is a warning. */
  public String text() {
    return code.isEmpty() ? message : message + " [" + code + "]";
  }
}
