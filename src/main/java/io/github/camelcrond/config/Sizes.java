// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.config;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes in bytes as people write them: {@code 512KB}, {@code 1MB}; a K is 1024. */
final class Sizes {
  private static final Pattern FORM = Pattern.compile("(\\d{1,12})\\s*(?:([KMG])i?)?B?");

  private Sizes() {}

  /** The number of bytes, or -1 if {@code text} is not a size. */
  static long parse(String text) {
    Matcher m = FORM.matcher(text.strip().toUpperCase(Locale.ROOT).replace("IB", "B"));
    if (!m.matches()) {
      return -1;
    }
    int power = m.group(2) == null ? 0 : "KMG".indexOf(m.group(2)) + 1;
    return Long.parseLong(m.group(1)) << (10 * power);
  }

  static String format(long bytes) {
    int power = 0;
    long rest = bytes;
    while (power < 3 && rest >= 1024 && rest % 1024 == 0) {
      rest /= 1024;
      power++;
    }
    return rest + new String[] {"B", "KB", "MB", "GB"}[power];
  }
}
