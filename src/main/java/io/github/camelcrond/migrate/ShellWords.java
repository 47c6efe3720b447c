// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.migrate;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Quotes arguments for sh in one line, and splits a command without a shell. */
final class ShellWords {
  private ShellWords() {}

  /** The arguments as one command of sh. */
  static String join(List<String> arguments) {
    return arguments.stream().map(ShellWords::quoted).collect(Collectors.joining(" "));
  }

  /**
   * {@code argument} quoted for sh; its line breaks become calls of printf, as a crontab has no
   * notation for them.
   */
  static String quoted(String argument) {
    if (argument.matches("[A-Za-z0-9_@%+=:,./-]+")) {
      return argument;
    }
    if (argument.indexOf('\n') < 0) {
      return single(argument);
    }
    String escaped = argument.stripTrailing().replace("\\", "\\\\").replace("\n", "\\n");
    return "\"$(printf '%b' " + single(escaped) + ")\"";
  }

  private static String single(String text) {
    return "'" + text.replace("'", "'\\''") + "'";
  }

  /** The arguments of a command in which only quotes and backslashes have a meaning. */
  static List<String> split(String command) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    boolean open = false;
    char quote = 0;
    for (int i = 0; i < command.length(); i++) {
      char c = command.charAt(i);
      if (quote == 0 && Character.isWhitespace(c)) {
        if (open) {
          words.add(word.toString());
          word.setLength(0);
        }
        open = false;
        continue;
      }
      open = true;
      if (c == '\\' && quote != '\'' && i + 1 < command.length()) {
        i++;
        word.append(command.charAt(i));
      } else if (quote == 0 && (c == '\'' || c == '"')) {
        quote = c;
      } else if (c == quote) {
        quote = 0;
      } else {
        word.append(c);
      }
    }
    if (open) {
      words.add(word.toString());
    }
    return words;
  }
}
