// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.crontab;

/**
 * The position of a line.
 *
 * @param file path of the file; empty if the crontab is a single file
 * @param line line number, from 1
 */
record FileLine(String file, int line) {
  /** The position as named in a message about a line of the file {@code other}. */
  String seenFrom(String other) {
    return "line " + line + (file.equals(other) ? "" : " of " + file);
  }
}
