// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.crontab;

import java.util.Optional;

/**
 * A line that sets a variable: {@code NAME = value}, either of them in quotes if need be. Source:
 * crontab(5), and load_env in cronie.
 *
 * @param nameAt index of the name in the line
 * @param value the value without quotes; empty if the line is invalid
 * @param valueAt index of the value in the line, after an opening quote
 * @param fault the error in the line; empty if there is none
 * @param faultAt index of the error in the line
 */
record Assignment(String name, int nameAt, String value, int valueAt, String fault, int faultAt) {

  /** The assignment that begins at index {@code start}; empty if the line is not an assignment. */
  static Optional<Assignment> of(String line, int start) {
    char first = line.charAt(start);
    boolean quoted = first == '"' || first == '\'';
    int nameAt = quoted ? start + 1 : start;
    int nameEnd = quoted ? line.indexOf(first, nameAt) : endOfName(line, nameAt);
    if (nameEnd < 0) {
      return Optional.empty();
    }
    int equals = Characters.skipBlanks(line, quoted ? nameEnd + 1 : nameEnd);
    if (equals == line.length() || line.charAt(equals) != '=') {
      return Optional.empty();
    }
    String name = line.substring(nameAt, nameEnd);
    if (name.isEmpty()) {
      return Optional.of(
          new Assignment(
              "", start, "", equals, "variable name is missing, write NAME = value", start));
    }
    if (name.indexOf('=') >= 0) {
      String fault = "a variable name cannot contain =, write NAME = value";
      return Optional.of(
          new Assignment(name, nameAt, "", equals, fault, line.indexOf('=', nameAt)));
    }
    return Optional.of(valueOf(line, name, nameAt, Characters.skipBlanks(line, equals + 1)));
  }

  /** This assignment, invalid because of {@code why}. */
  Assignment withFault(String why, int at) {
    return new Assignment(name, nameAt, "", valueAt, why, at);
  }

  private static int endOfName(String line, int from) {
    int i = from;
    while (i < line.length() && !Characters.isBlank(line.charAt(i)) && line.charAt(i) != '=') {
      i++;
    }
    return i;
  }

  private static Assignment valueOf(String line, String name, int nameAt, int at) {
    char quote = at < line.length() ? line.charAt(at) : ' ';
    if (quote != '"' && quote != '\'') {
      String value = line.substring(at).stripTrailing();
      return new Assignment(name, nameAt, value, at, "", 0);
    }
    int end = line.indexOf(quote, at + 1);
    if (end < 0) {
      return new Assignment(name, nameAt, "", at, "closing " + quote + " is missing", at);
    }
    int rest =
        end
            + 1
            + line.substring(end + 1).length()
            - line.substring(end + 1).stripLeading().length();
    if (rest < line.length()) {
      String fault = "text after the closing " + quote + ", put the whole value between quotes";
      return new Assignment(name, nameAt, "", at, fault, rest);
    }
    return new Assignment(name, nameAt, line.substring(at + 1, end), at + 1, "", 0);
  }
}
