// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.log;

/**
 * Escapes untrusted text for logs and terminals: the result contains nothing that moves the cursor,
 * ends a line, changes the direction of reading or is invisible.
 */
public final class SafeText {
  private SafeText() {}

  /** {@code text} with control and formatting characters as {@code \\x1b} and {@code \\u202e}. */
  public static String of(String text) {
    for (int at = 0; at < text.length(); at++) {
      if (isUnsafe(text.charAt(at))) {
        return escaped(text, at);
      }
    }
    return text;
  }

  private static String escaped(String text, int from) {
    StringBuilder clean = new StringBuilder(text.length() + 16).append(text, 0, from);
    for (int at = from; at < text.length(); at++) {
      char c = text.charAt(at);
      if (!isUnsafe(c)) {
        clean.append(c);
      } else if (c < 0x100) {
        clean.append("\\x").append(Character.forDigit(c >> 4, 16));
        clean.append(Character.forDigit(c & 15, 16));
      } else {
        clean.append(String.format("\\u%04x", (int) c));
      }
    }
    return clean.toString();
  }

  /**
   * Whether {@link #of} escapes {@code c}: control characters except the tab, line separators,
   * direction marks, and zero-width characters except U+200C and U+200D, which some scripts need.
   */
  public static boolean isUnsafe(char c) {
    return c < 0x20 && c != '\t'
        || c >= 0x7f && c < 0xa0
        || c == 0x061c
        || c == 0x200b
        || c == 0x200e
        || c == 0x200f
        || c >= 0x2028 && c <= 0x202e
        || c >= 0x2060 && c <= 0x206f
        || c == 0xfeff;
  }
}
