// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.crontab;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Splits a file into lines. Bytes that are not UTF-8 make only their own line unreadable. */
final class TextLines {
  private static final char BYTE_ORDER_MARK = '\uFEFF';

  private TextLines() {}

  /** The lines of {@code text}, of which the last may lack a line feed. */
  static List<TextLine> of(String text) {
    List<TextLine> lines = new ArrayList<>();
    int from = !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK ? 1 : 0;
    while (from < text.length()) {
      int end = text.indexOf('\n', from);
      end = end < 0 ? text.length() : end;
      lines.add(TextLine.of(lines.size() + 1, text.substring(from, end)));
      from = end + 1;
    }
    return lines;
  }

  /** The lines of a file in UTF-8. */
  static List<TextLine> of(byte[] bytes) {
    try {
      return of(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException e) {
      return oneByOne(bytes);
    }
  }

  /** Whether a file is probably not a text: a twentieth of its beginning is control characters. */
  static boolean isBinary(byte[] bytes) {
    int looked = Math.min(bytes.length, 1024);
    int controls = 0;
    for (int i = 0; i < looked; i++) {
      boolean control = bytes[i] >= 0 && bytes[i] < ' ' || bytes[i] == 0x7f;
      controls += control && bytes[i] != '\t' && bytes[i] != '\n' && bytes[i] != '\r' ? 1 : 0;
    }
    return controls * 20 > looked;
  }

  /**
   * {@code bytes} with some lines replaced; their line breaks are kept.
   *
   * @param lines the new lines, by line number from 1
   */
  static byte[] replace(byte[] bytes, Map<Integer, String> lines) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length);
    int number = 1;
    for (int from = 0; from < bytes.length; number++) {
      int end = from;
      while (end < bytes.length && bytes[end] != '\n') {
        end++;
      }
      int next = Math.min(bytes.length, end + 1);
      while (end > from && bytes[end - 1] == '\r') {
        end--;
      }
      String other = lines.get(number);
      if (other == null) {
        out.write(bytes, from, end - from);
      } else {
        out.writeBytes(other.getBytes(StandardCharsets.UTF_8));
      }
      out.write(bytes, end, next - end);
      from = next;
    }
    return out.toByteArray();
  }

  private static List<TextLine> oneByOne(byte[] bytes) {
    List<TextLine> lines = new ArrayList<>();
    for (int from = 0; from < bytes.length; ) {
      int end = from;
      while (end < bytes.length && bytes[end] != '\n') {
        end++;
      }
      lines.add(decode(lines.size() + 1, Arrays.copyOfRange(bytes, from, end)));
      from = end + 1;
    }
    return lines;
  }

  private static TextLine decode(int number, byte[] bytes) {
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(bytes.length + 1);
    CoderResult result = decoder.decode(in, out, true);
    TextLine readable =
        TextLine.of(number, withoutMark(number, new String(bytes, StandardCharsets.UTF_8)));
    if (!result.isError()) {
      return readable;
    }
    int at = withoutMark(number, out.flip().toString()).length();
    String fault =
        String.format("byte 0x%02x is not UTF-8, save the file as UTF-8", bytes[in.position()]);
    return new TextLine(number, readable.text(), fault, at);
  }

  private static String withoutMark(int number, String text) {
    boolean marked = number == 1 && !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK;
    return marked ? text.substring(1) : text;
  }
}
