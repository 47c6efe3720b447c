// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.schedule;

import java.util.ArrayList;
import java.util.List;

/**
 * A word of an expression.
 *
 * @param text the word
 * @param column column of its first character, from 1
 */
record Token(String text, int column) {

  /** The words of {@code text}, which are separated by blanks and tabs. */
  static List<Token> split(String text) {
    List<Token> words = new ArrayList<>(5);
    int at = 0;
    while (at < text.length()) {
      int start = at;
      while (at < text.length() && !isBlank(text.charAt(at))) {
        at++;
      }
      if (at > start) {
        words.add(new Token(text.substring(start, at), start + 1));
      }
      at++;
    }
    return words;
  }

  private static boolean isBlank(char character) {
    return character == ' ' || character == '\t';
  }
}
