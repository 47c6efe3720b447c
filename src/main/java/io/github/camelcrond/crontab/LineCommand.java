// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.crontab;

import java.util.Optional;

/**
 * What the job of a line does: run a command or send a message.
 *
 * @param text the command for the shell, or the URI of the endpoint
 * @param stdin the input of the command, or the message for the endpoint
 * @param endpoint whether a message is sent
 */
record LineCommand(String text, Optional<String> stdin, boolean endpoint) {
  /**
   * The maximum length of a command in bytes: Linux limits an argument to this, without its
   * terminating NUL.
   */
  private static final int LONGEST = 131_071;

  /**
   * Splits the command part of a line.
   *
   * @throws LineException if the command or endpoint cannot be used
   */
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

  /** Whether {@code text} ends in a backslash that is not itself escaped. */
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
