// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.process;

import java.nio.charset.StandardCharsets;

/** Makes a line of output fit for a log. */
final class LineText {
  private LineText() {}

  /**
   * Reads UTF-8; what is not becomes U+FFFD. A carriage return at the end goes; other control
   * characters are shown as {@code \x1b}, so that no job can move the cursor of whoever reads the
   * log or begin a line of its own there.
   */
  static String of(byte[] bytes, int offset, int length) {
    int kept = length > 0 && bytes[offset + length - 1] == '\r' ? length - 1 : length;
    String text = new String(bytes, offset, kept, StandardCharsets.UTF_8);
    for (int at = 0; at < text.length(); at++) {
      if (unfit(text.charAt(at))) {
        return escaped(text, at);
      }
    }
    return text;
  }

  /** A line of which {@code length} bytes are kept; says so. */
  static String cut(byte[] bytes, int length) {
    return of(bytes, 0, Utf8.wholeCharacters(bytes, length))
        + "[… line cut at "
        + length
        + " bytes]";
  }

  private static String escaped(String text, int from) {
    StringBuilder clean = new StringBuilder(text.length() + 16).append(text, 0, from);
    for (int at = from; at < text.length(); at++) {
      char c = text.charAt(at);
      if (!unfit(c)) {
        clean.append(c);
      } else if (c < 0x100) {
        clean.append("\\x").append(Character.forDigit(c >> 4, 16));
        clean.append(Character.forDigit(c & 15, 16));
      } else {
        clean.append("\\u").append(Integer.toHexString(c));
      }
    }
    return clean.toString();
  }

  /** Control characters, and what ends a line or turns its direction in a viewer. */
  private static boolean unfit(char c) {
    return c < 0x20 && c != '\t'
        || c >= 0x7f && c < 0xa0
        || c >= 0x2028 && c <= 0x202e
        || c >= 0x2066 && c <= 0x2069;
  }
}
