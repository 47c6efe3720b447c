// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.crontab;

import io.github.camelcrond.log.SafeText;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Helpers for the characters of a line. A blank is a space or a tab, as in crontab(5). */
final class Characters {
  private static final int SHOWN = 60;

  private Characters() {}

  static boolean isBlank(char c) {
    return c == ' ' || c == '\t';
  }

  /** Whether a text has one of the characters {@code any}. */
  static boolean hasAny(String text, String any) {
    for (int i = 0; i < text.length(); i++) {
      if (any.indexOf(text.charAt(i)) >= 0) {
        return true;
      }
    }
    return false;
  }

  /**
   * Index of the first character at or after {@code from} that is not a blank; the length if there
   * is none.
   */
  static int skipBlanks(String text, int from) {
    int i = from;
    while (i < text.length() && isBlank(text.charAt(i))) {
      i++;
    }
    return i;
  }

  /** Index of the first blank at or after {@code from}; the length if there is none. */
  static int endOfWord(String text, int from) {
    int i = from;
    while (i < text.length() && !isBlank(text.charAt(i))) {
      i++;
    }
    return i;
  }

  /**
   * Index of the end of the {@code words}-th word at or after {@code from}; the length if there are
   * fewer.
   */
  static int endOfWords(String text, int from, int words) {
    int end = from;
    for (int i = 0; i < words; i++) {
      end = endOfWord(text, skipBlanks(text, end));
    }
    return end;
  }

  /** The first {@code words} words of {@code text}, with the blanks between them as written. */
  static String firstWords(String text, int words) {
    return text.substring(0, endOfWords(text, 0, words));
  }

  /**
   * The column of the character at {@code index}, from 1; a surrogate pair counts as one character.
   */
  static int column(String line, int index) {
    return line.codePointCount(0, Math.min(index, line.length())) + 1;
  }

  /** {@code text} with its words separated by one space each. */
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

  /** Whether {@code text} has more than {@code bytes} bytes in UTF-8. */
  static boolean isLonger(String text, int bytes) {
    // A char has at most three bytes in UTF-8, so short texts need not be encoded.
    return text.length() > bytes / 3 && text.getBytes(StandardCharsets.UTF_8).length > bytes;
  }

  /** {@code value} for use in a message: cut after 60 characters, and printable. */
  static String shown(String value) {
    return value.length() <= SHOWN ? value : value.substring(0, SHOWN) + "…";
  }

  /**
   * {@code message} with control characters escaped, which could move the cursor of a terminal or
   * split a log line.
   */
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
