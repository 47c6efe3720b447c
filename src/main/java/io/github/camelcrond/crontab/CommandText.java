// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.crontab;

import java.util.Optional;

/**
 * The command part of a line, split at its first unescaped percent sign.
 *
 * @param command the text before that sign, with {@code \%} as {@code %}
 * @param stdin the text after it, with further {@code %} as newlines; empty if there is no such
 *     sign
 */
record CommandText(String command, Optional<String> stdin) {

  /** Splits {@code raw}; no newline is added to the end of the input. */
  static CommandText of(String raw) {
    if (raw.indexOf('%') < 0) {
      return new CommandText(raw, Optional.empty());
    }
    int split = firstPercent(raw);
    if (split < 0) {
      return new CommandText(raw.replace("\\%", "%"), Optional.empty());
    }
    String command = raw.substring(0, split).replace("\\%", "%");
    return new CommandText(command, Optional.of(input(raw, split + 1)));
  }

  /** This text with a newline at the end of the input, as cron passes it to a command. */
  CommandText forCommand() {
    return new CommandText(command, stdin.map(s -> s.isEmpty() || s.endsWith("\n") ? s : s + "\n"));
  }

  /** The command part of a line with this command and input; {@link #of} returns them again. */
  static String join(String command, Optional<String> stdin, boolean endpoint) {
    String escaped = command.replace("%", "\\%");
    return stdin
        .map(s -> endpoint ? s : withoutAddedNewline(s))
        .map(s -> escaped + "%" + s.replace("%", "\\%").replace('\n', '%'))
        .orElse(escaped);
  }

  private static String withoutAddedNewline(String input) {
    String text = input.endsWith("\n") ? input.substring(0, input.length() - 1) : input;
    return text.isEmpty() || text.endsWith("\n") ? input : text;
  }

  /** Index in {@code raw} of the character at {@code index} of the command. */
  static int rawIndex(String raw, int index) {
    int at = 0;
    for (int i = 0; i < index && at < raw.length(); i++) {
      at += raw.startsWith("\\%", at) ? 2 : 1;
    }
    return at;
  }

  /** Index of the first percent sign that no backslash escapes, or -1. */
  private static int firstPercent(String raw) {
    boolean escaped = false;
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      if (c == '%' && !escaped) {
        return i;
      }
      escaped = c == '\\' && !escaped;
    }
    return -1;
  }

  // As in cronie: of two backslashes before a percent sign, the second one escapes the sign here;
  // in the command part it does not.
  private static String input(String raw, int from) {
    StringBuilder text = new StringBuilder(raw.length() - from);
    for (int i = from; i < raw.length(); i++) {
      char c = raw.charAt(i);
      if (c == '\\' && i + 1 < raw.length() && raw.charAt(i + 1) == '%') {
        text.append('%');
        i++;
      } else {
        text.append(c == '%' ? '\n' : c);
      }
    }
    return text.toString();
  }
}
