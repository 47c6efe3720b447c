// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.crontab;

import java.util.ArrayList;
import java.util.List;

/**
 * Finds unescaped percent signs that end a command although they were probably meant as part of it.
 */
final class PercentSigns {
  private final String raw;
  private final List<Integer> found = new ArrayList<>(0);

  /** The open quotes and substitutions, the innermost last. */
  private final StringBuilder open = new StringBuilder();

  private PercentSigns(String raw) {
    this.raw = raw;
  }

  /**
   * Indices of the unescaped percent signs within quotes, {@code $(…)} or backquotes, or in a word
   * that begins with {@code +} like a format of date(1), up to the first percent sign elsewhere.
   */
  static List<Integer> within(String raw) {
    return raw.indexOf('%') < 0 ? List.of() : new PercentSigns(raw).look();
  }

  private List<Integer> look() {
    int word = 0;
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      if (c == '\\' && (innermost() != '\'' || raw.startsWith("%", i + 1))) {
        i++;
      } else if (c == '%') {
        if (open.isEmpty() && !isFormat(raw.substring(word, i))) {
          break;
        }
        found.add(i);
      } else if (Characters.isBlank(c) && open.isEmpty()) {
        word = i + 1;
      } else {
        nest(c, i);
      }
    }
    return found;
  }

  /** Whether {@code word} begins a format of date(1) in which no percent sign is escaped. */
  private static boolean isFormat(String word) {
    return word.startsWith("+") && word.indexOf('\\') < 0;
  }

  private void nest(char c, int at) {
    char innermost = innermost();
    boolean substitution = c == '(' && at > 0 && raw.charAt(at - 1) == '$';
    if (c == innermost && c != '(' || c == ')' && innermost == '(') {
      open.setLength(open.length() - 1);
    } else if (innermost == '\'') {
      return;
    } else if (c == '`' || substitution || innermost == '(' && c == '(') {
      open.append(c);
    } else if (innermost != '"' && (c == '\'' || c == '"')) {
      open.append(c);
    }
  }

  private char innermost() {
    return open.isEmpty() ? 0 : open.charAt(open.length() - 1);
  }
}
