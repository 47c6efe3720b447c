// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.crontab;

import java.util.Optional;
import java.util.function.IntPredicate;

/** Characters that only look like spaces or quotes. */
final class LookAlikes {
  private LookAlikes() {}

  /** A finding for the first character at or after {@code from} that only looks like a space. */
  static Optional<Found> space(String line, int from) {
    int at = indexOf(line, from, LookAlikes::isOddSpace);
    return at < 0
        ? Optional.empty()
        : Found.of(
            at,
            String.format(
                "U+%04X looks like a space but separates nothing, write a space",
                (int) line.charAt(at)),
            withSpaces(line));
  }

  /** {@code line} with spaces in place of all such characters. */
  static String withSpaces(String line) {
    StringBuilder text = new StringBuilder(line);
    for (int i = 0; i < text.length(); i++) {
      if (isOddSpace(text.charAt(i))) {
        text.setCharAt(i, ' ');
      }
    }
    return text.toString();
  }

  private static boolean isOddSpace(int c) {
    return c > '~' && (Character.isSpaceChar(c) || c == '\u200b' || c == '\ufeff');
  }

  /** A finding for the first typographic quote outside real quotes. */
  static Optional<Found> quote(String line, int from) {
    if (indexOf(line, from, LookAlikes::isSmartQuote) < 0) {
      return Optional.empty();
    }
    StringBuilder mended = new StringBuilder(line);
    int first = -1;
    char open = 0;
    for (int i = from; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == '\\' && open != '\'') {
        i++;
      } else if (open != 0) {
        open = c == open ? 0 : open;
      } else if (c == '"' || c == '\'') {
        open = c;
      } else if (isSmartQuote(c)) {
        first = first < 0 ? i : first;
        mended.setCharAt(i, c < '\u201c' ? '\'' : '"');
      }
    }
    return first < 0
        ? Optional.empty()
        : Found.of(
            first,
            "the quote " + line.charAt(first) + " means nothing to the shell, write \" or '",
            mended.toString());
  }

  private static boolean isSmartQuote(int c) {
    return c >= '\u2018' && c <= '\u201f';
  }

  private static int indexOf(String line, int from, IntPredicate test) {
    for (int i = from; i < line.length(); i++) {
      if (line.charAt(i) > '~' && test.test(line.charAt(i))) {
        return i;
      }
    }
    return -1;
  }
}
