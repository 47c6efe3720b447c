// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.process;

/**
 * The heap that the outputs of all runs in progress may take in total. No output may hold more than
 * what is left for all others, so that a few large outputs always leave room for small ones.
 */
public final class OutputBudget {
  /** An output is copied several times on its way: to a text, a message, a file and a record. */
  private static final int SHARE_OF_HEAP = 16;

  private final long size;
  private long taken;

  /**
   * Creates a budget.
   *
   * @param size bytes in total
   */
  public OutputBudget(long size) {
    this.size = size;
  }

  /** A sixteenth of the largest heap that this JVM may have. */
  public static OutputBudget ofHeap() {
    return new OutputBudget(Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP);
  }

  /**
   * Takes up to {@code more} bytes, as far as they may be taken.
   *
   * @param held bytes that the caller has taken already
   * @return how many bytes were granted, 0 to {@code more}
   */
  synchronized int take(int held, int more) {
    long allowed = (size - taken - held) / 2;
    int granted = (int) Math.max(0, Math.min(more, allowed));
    taken += granted;
    return granted;
  }

  /** Gives back {@code bytes} that were taken. */
  synchronized void give(int bytes) {
    taken -= bytes;
  }

  /** The number of bytes taken at present. */
  public synchronized long taken() {
    return taken;
  }
}
