// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cli;

import java.util.Map;

/** The width of the terminal, and texts cut to it. */
final class TerminalWidth {
  static final int UNLIMITED = Integer.MAX_VALUE;
  private static final int USUAL = 80;
  private static final int FEWEST_SHOWN = 20;

  private TerminalWidth() {}

  /** The width of the terminal that the command prints to, unlimited without one. */
  static int get() {
    return of(System.console() != null, System.getenv());
  }

  /** {@code COLUMNS}, else 80, on a terminal; else unlimited. */
  static int of(boolean terminal, Map<String, String> environment) {
    if (!terminal) {
      return UNLIMITED;
    }
    String columns = environment.getOrDefault("COLUMNS", "");
    return columns.matches("[1-9][0-9]{0,4}") ? Integer.parseInt(columns) : USUAL;
  }

  /**
   * {@code line}, cut to {@code width} characters. What begins at {@code start} keeps at least 20
   * characters on a narrow terminal.
   */
  static String cut(String line, int start, int width) {
    int most = Math.max(width, start + FEWEST_SHOWN);
    return line.length() <= most ? line : line.substring(0, most - 1) + "…";
  }
}
