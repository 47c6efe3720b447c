// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.crontab;

import io.github.camelcrond.log.SafeText;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Looks at the characters of a line. A blank is a space or a tab, as in crontab(5). */
final class Characters {
  private static final int SHOWN = 60;

  private Characters() {}

  static boolean isBlank(char c) {
    return c == ' ' || c == '\t';
  }

  /** Index of the first character from {@code from} that is no blank, or the length. */
  static int skipBlanks(String text, int from) {
    int i = from;
    while (i < text.length() && isBlank(text.charAt(i))) {
      i++;
    }
    return i;
  }

  /** Index of the first blank from {@code from}, or the length. */
  static int endOfWord(String text, int from) {
    int i = from;
    while (i < text.length() && !isBlank(text.charAt(i))) {
      i++;
    }
    return i;
  }

  /** Index of the end of the nth word from {@code from}, or the length. */
  static int endOfWords(String text, int from, int words) {
    int end = from;
    for (int i = 0; i < words; i++) {
      end = endOfWord(text, skipBlanks(text, end));
    }
    return end;
  }

  /** The first words of a text, as written. */
  static String firstWords(String text, int words) {
    return text.substring(0, endOfWords(text, 0, words));
  }

  /** Column of the character at {@code index}, from 1; a surrogate pair is one character. */
  static int column(String line, int index) {
    return line.codePointCount(0, Math.min(index, line.length())) + 1;
  }

  /** The words with one space between them. */
  static String singleSpaced(String text) {
    if (text.indexOf('\t') < 0 && !text.contains("  ")) {
      return text;
    }
    StringBuilder result = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); ) {
      int end = endOfWord(text, i);
      result.append(result.isEmpty() ? "" : " ").append(text, i, end);
      i = skipBlanks(text, end);
    }
    return result.toString();
  }

  /** Whether a text has more than so many bytes in UTF-8. */
  static boolean isLonger(String text, int bytes) {
    // A character has at most three bytes here; short texts need no second look.
    return text.length() > bytes / 3 && text.getBytes(StandardCharsets.UTF_8).length > bytes;
  }

  /** A value for use in a message: cut at 60 characters. */
  static String shown(String value) {
    return value.length() <= SHOWN ? value : value.substring(0, SHOWN) + "…";
  }

  /** The message without characters that would move a terminal or split a log line. */
  static String printable(String message) {
    if (message.chars().noneMatch(Characters::isUnprintable)) {
      return message;
    }
    StringBuilder result = new StringBuilder(message.length() + 8);
    message
        .chars()
        .forEach(
            c -> {
              if (isUnprintable(c)) {
                result.append(String.format(Locale.ROOT, "\\u%04x", c));
              } else {
                result.append((char) c);
              }
            });
    return result.toString();
  }

  private static boolean isUnprintable(int c) {
    return Character.isISOControl(c) || SafeText.isUnsafe((char) c);
  }
}
