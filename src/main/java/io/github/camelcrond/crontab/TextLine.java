// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.crontab;

/**
 * A line of a file, without its line break.
 *
 * @param number line number, from 1
 * @param text the line without line feed and preceding carriage returns
 * @param fault why the line is unreadable, such as a NUL byte; empty if it is readable
 * @param faultAt index of the error in the line
 */
record TextLine(int number, String text, String fault, int faultAt) {

  /** The line {@code text}, which is unreadable if it contains a NUL byte. */
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
