// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.config;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Text from outside that is passed on byte for byte, whether it is UTF-8 or not. A byte that is not
 * part of a valid character becomes an unpaired low surrogate, which no valid text contains.
 * Source: the error handler surrogateescape of Python, PEP 383.
 */
public final class RawText {
  private static final char ESCAPE = 0xdc00;
  private static final int LONGEST = 4;

  private RawText() {}

  /** {@code bytes} as text. */
  public static String decode(byte[] bytes) {
    try {
      return strict(bytes, 0, bytes.length);
    } catch (CharacterCodingException e) {
      return escaped(bytes);
    }
  }

  /** The bytes that {@link #decode} has read {@code text} from; for any other text, its UTF-8. */
  public static byte[] encode(String text) {
    if (!hasEscape(text)) {
      return text.getBytes(StandardCharsets.UTF_8);
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    text.codePoints()
        .forEach(
            c -> {
              if (c < Character.MIN_SUPPLEMENTARY_CODE_POINT && isEscape((char) c)) {
                bytes.write(c - ESCAPE);
              } else {
                bytes.writeBytes(Character.toString(c).getBytes(StandardCharsets.UTF_8));
              }
            });
    return bytes.toByteArray();
  }

  /** Whether {@code text} has such a surrogate. A loop, as all variables of all runs pass here. */
  private static boolean hasEscape(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (isEscape(text.charAt(i))) {
        return true;
      }
    }
    return false;
  }

  private static boolean isEscape(char c) {
    return c >= ESCAPE + 0x80 && c <= ESCAPE + 0xff;
  }

  private static String escaped(byte[] bytes) {
    StringBuilder text = new StringBuilder(bytes.length);
    for (int at = 0; at < bytes.length; ) {
      int length = character(bytes, at, text);
      if (length == 0) {
        text.append((char) (ESCAPE + (bytes[at] & 0xff)));
      }
      at += Math.max(1, length);
    }
    return text.toString();
  }

  /** Appends the character at {@code at} and returns its length; 0 if there is none. */
  private static int character(byte[] bytes, int at, StringBuilder text) {
    for (int length = 1; length <= Math.min(LONGEST, bytes.length - at); length++) {
      try {
        text.append(strict(bytes, at, length));
        return length;
      } catch (CharacterCodingException e) {
        // It may be longer.
      }
    }
    return 0;
  }

  private static String strict(byte[] bytes, int at, int length) throws CharacterCodingException {
    return StandardCharsets.UTF_8
        .newDecoder()
        .decode(ByteBuffer.wrap(bytes, at, length))
        .toString();
  }
}
