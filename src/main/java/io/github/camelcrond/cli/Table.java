// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** A text table: columns are as wide as their widest cell, separated by two spaces. */
final class Table {
  private final List<List<String>> rows = new ArrayList<>();

  Table(String... heads) {
    rows.add(List.of(heads));
  }

  void add(String... cells) {
    rows.add(List.of(cells));
  }

  void print(PrintWriter out) {
    print(out, TerminalWidth.UNLIMITED);
  }

  /** Prints the table, with the last column cut to fit into {@code width} characters. */
  void print(PrintWriter out, int width) {
    int columns = rows.get(0).size();
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      int start = 0;
      for (int i = 0; i < columns; i++) {
        start = line.length();
        line.append(row.get(i)).append(" ".repeat(widths[i] - row.get(i).length() + 2));
      }
      out.println(TerminalWidth.cut(line.toString().stripTrailing(), start, width));
    }
    out.flush();
  }
}
