// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.config;

import java.time.Duration;
import java.util.Optional;

/**
 * Durations as people write them: a number and {@code ms}, {@code s}, {@code m}, {@code h} or
 * {@code d}, or several in falling order ({@code 1h30m}).
 */
public final class Durations {
  /** The allowed form, for error messages. */
  public static final String FORM = "a duration such as 10s, 5m, 1h30m or 2d";

  private static final String[] UNITS = {"d", "h", "m", "s", "ms"};
  private static final long[] MILLIS = {86_400_000, 3_600_000, 60_000, 1_000, 1};
  private static final long MAX_MILLIS = Duration.ofDays(999_999_999).toMillis();

  private Durations() {}

  /** Parses {@code text}; empty if it is not a duration, negative or above 999,999,999 days. */
  public static Optional<Duration> parse(String text) {
    long total = 0;
    int unit = -1;
    int at = 0;
    while (at < text.length()) {
      int digits = at;
      while (digits < text.length() && isDigit(text.charAt(digits))) {
        digits++;
      }
      int letters = digits;
      while (letters < text.length() && !isDigit(text.charAt(letters))) {
        letters++;
      }
      int found = indexOf(text.substring(digits, letters));
      if (digits == at || digits - at > 15 || found <= unit) {
        return Optional.empty();
      }
      long number = Long.parseLong(text.substring(at, digits));
      if (number > MAX_MILLIS / MILLIS[found] || (total += number * MILLIS[found]) > MAX_MILLIS) {
        return Optional.empty();
      }
      unit = found;
      at = letters;
    }
    return unit < 0 ? Optional.empty() : Optional.of(Duration.ofMillis(total));
  }

  /**
   * The shortest text that {@link #parse} reads back as {@code duration}, which is cut to
   * milliseconds.
   */
  public static String format(Duration duration) {
    long rest = duration.toMillis();
    if (rest == 0) {
      return "0s";
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < UNITS.length; i++) {
      if (rest >= MILLIS[i]) {
        text.append(rest / MILLIS[i]).append(UNITS[i]);
        rest %= MILLIS[i];
      }
    }
    return text.toString();
  }

  private static int indexOf(String unit) {
    for (int i = 0; i < UNITS.length; i++) {
      if (UNITS[i].equals(unit)) {
        return i;
      }
    }
    return -1;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
