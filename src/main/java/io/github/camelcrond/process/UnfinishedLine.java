// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.process;

import java.util.Arrays;

/**
 * The beginning of a line of output whose end has not arrived yet. Its memory is taken from a
 * budget.
 */
final class UnfinishedLine {
  private static final byte[] NOTHING = {};

  private final int limit;
  private final OutputBudget budget;
  private byte[] bytes = NOTHING;
  private int length;

  /**
   * An empty line.
   *
   * @param limit the maximum number of bytes held
   */
  UnfinishedLine(int limit, OutputBudget budget) {
    this.limit = limit;
    this.budget = budget;
  }

  /**
   * Appends the bytes of {@code more} from {@code from} to {@code to} as far as limit and budget
   * allow.
   *
   * @return the number of bytes appended
   */
  int append(byte[] more, int from, int to) {
    int taken = Math.min(to - from, limit - length);
    if (bytes.length < length + taken) {
      int wanted = Math.min(limit, Math.max(length + taken, 2 * length));
      int granted = budget.take(bytes.length, wanted - bytes.length);
      bytes = granted == 0 ? bytes : Arrays.copyOf(bytes, bytes.length + granted);
      taken = Math.min(taken, bytes.length - length);
    }
    System.arraycopy(more, from, bytes, length, taken);
    length += taken;
    return taken;
  }

  /** The number of bytes held. */
  int length() {
    return length;
  }

  /** The bytes held, {@link #length} of them from index 0; not a copy. */
  byte[] bytes() {
    return bytes;
  }

  /** Empties the line and returns its memory to the budget. */
  void clear() {
    budget.give(bytes.length);
    bytes = NOTHING;
    length = 0;
  }
}
