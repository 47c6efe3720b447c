// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.crontab;

/**
 * One line of a file, without its end.
 *
 * @param number from 1
 * @param text without line feed and the carriage returns before it
 * @param fault what makes it unreadable, such as a NUL byte; empty if nothing does
 * @param faultAt index of the character at fault
 */
record TextLine(int number, String text, String fault, int faultAt) {

  /** The line, at fault if it has a NUL. */
  static TextLine of(int number, String text) {
    int end = text.length();
    while (end > 0 && text.charAt(end - 1) == '\r') {
      end--;
    }
    String body = end == text.length() ? text : text.substring(0, end);
    int nul = body.indexOf('\0');
    return nul < 0
        ? new TextLine(number, body, "", 0)
        : new TextLine(number, body, "line contains a NUL byte, remove it", nul);
  }
}
