// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.crontab;

import java.util.Optional;

/**
 * What a line does when it is due.
 *
 * @param text for the shell, or an endpoint's URI
 * @param stdin input of the command, or message for the endpoint
 */
record LineCommand(String text, Optional<String> stdin, boolean endpoint) {
  /** Linux takes no longer string in an argument list, its NUL included. */
  private static final int LONGEST = 131_071;

  /** Splits the command part of a line and refuses what cannot run. */
  static LineCommand of(JobLine line, EndpointRule endpoints) throws LineException {
    String raw = line.raw();
    try {
      return EndpointRule.schemeLength(raw) > 0 ? endpoint(raw, endpoints) : command(raw);
    } catch (LineException e) {
      throw new LineException(line.rawAt() + e.index(), e.getMessage());
    }
  }

  private static LineCommand command(String raw) throws LineException {
    CommandText parts = CommandText.of(raw).forCommand();
    if (Characters.isLonger(parts.command(), LONGEST)) {
      throw new LineException(
          0, "the command is too long, use at most 131071 bytes before the first %");
    }
    if (parts.command().isBlank()) {
      throw new LineException(0, "the command is missing before %");
    }
    if (parts.stdin().isEmpty() && endsInBackslash(raw)) {
      throw new LineException(
          raw.length() - 1,
          "the command ends in a backslash, but cron does not join lines, write it on one line");
    }
    return new LineCommand(parts.command(), parts.stdin(), false);
  }

  /** Whether a text ends in a backslash that no other one escapes. */
  static boolean endsInBackslash(String text) {
    int at = text.length();
    while (at > 0 && text.charAt(at - 1) == '\\') {
      at--;
    }
    return (text.length() - at) % 2 == 1;
  }

  private static LineCommand endpoint(String raw, EndpointRule endpoints) throws LineException {
    CommandText parts = CommandText.of(raw);
    int end = Characters.endOfWord(parts.command(), 0);
    String uri = parts.command().substring(0, end);
    try {
      endpoints.check(uri);
    } catch (LineException e) {
      boolean command = !endpoints.allowsScheme(uri);
      String hint = command ? "; quote the first word if it is a command" : "";
      throw new LineException(CommandText.rawIndex(raw, e.index()), e.getMessage() + hint);
    }
    int rest = Characters.skipBlanks(parts.command(), end);
    if (rest < parts.command().length()) {
      String what = "text after the endpoint, write the message after %";
      throw new LineException(CommandText.rawIndex(raw, rest), what);
    }
    return new LineCommand(uri, parts.stdin(), true);
  }
}
