// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.crontab;

/**
 * The place of a line.
 *
 * @param file empty if the crontab is one file
 * @param line from 1
 */
record FileLine(String file, int line) {
  /** As a message about a line of {@code other} names it. */
  String seenFrom(String other) {
    return "line " + line + (file.equals(other) ? "" : " of " + file);
  }
}
