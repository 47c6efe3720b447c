// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.process;

import io.github.camelcrond.log.SafeText;
import java.nio.charset.StandardCharsets;

/** Converts lines of output to text that is safe in a log. */
final class LineText {
  private LineText() {}

  /**
   * Reads UTF-8; what is not becomes U+FFFD. A carriage return at the end goes; what is not safe in
   * a log is escaped.
   */
  static String of(byte[] bytes, int offset, int length) {
    int kept = length > 0 && bytes[offset + length - 1] == '\r' ? length - 1 : length;
    return SafeText.of(new String(bytes, offset, kept, StandardCharsets.UTF_8));
  }

  /** A line of which {@code length} bytes are kept; says so. */
  static String cut(byte[] bytes, int length) {
    return of(bytes, 0, Utf8.wholeCharacters(bytes, length))
        + "[… line cut at "
        + length
        + " bytes]";
  }
}
