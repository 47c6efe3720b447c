// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.process;

/** Finds the boundaries of characters in UTF-8. */
final class Utf8 {
  private static final int LONGEST = 4;

  private Utf8() {}

  /** How many of the first {@code length} bytes to keep so that no character is split. */
  static int wholeCharacters(byte[] bytes, int length) {
    for (int back = 1; back <= Math.min(LONGEST, length); back++) {
      int lead = bytes[length - back] & 0xff;
      if (!continues((byte) lead)) {
        return size(lead) > back ? length - back : length;
      }
    }
    return length;
  }

  /** Whether {@code b} is a continuation byte. */
  static boolean continues(byte b) {
    return (b & 0xc0) == 0x80;
  }

  private static int size(int lead) {
    if (lead < 0xc0) {
      return 1;
    }
    return lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : LONGEST;
  }
}
