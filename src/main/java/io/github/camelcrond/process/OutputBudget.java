// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.process;

/**
 * A limit on the heap that the output of all runs in progress takes together. No output may hold
 * more than what remains for all others, so that a few large ones always leave room for small ones.
 */
public final class OutputBudget {
  /** An output is copied several times on its way: to a text, a message, a file and a record. */
  private static final int SHARE_OF_HEAP = 16;

  private final long size;
  private long taken;

  /**
   * Creates a budget.
   *
   * @param size total number of bytes
   */
  public OutputBudget(long size) {
    this.size = size;
  }

  /** A budget of a sixteenth of the maximum heap of this JVM. */
  public static OutputBudget ofHeap() {
    return new OutputBudget(Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP);
  }

  /**
   * Takes up to {@code more} bytes from the budget.
   *
   * @param held number of bytes that the caller has already taken
   * @return the number of bytes granted, 0 to {@code more}
   */
  synchronized int take(int held, int more) {
    long allowed = (size - taken - held) / 2;
    int granted = (int) Math.max(0, Math.min(more, allowed));
    taken += granted;
    return granted;
  }

  /** Returns {@code bytes} to the budget. */
  synchronized void give(int bytes) {
    taken -= bytes;
  }

  /** The number of bytes taken at present. */
  public synchronized long taken() {
    return taken;
  }
}
