// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.spool;

import java.time.Duration;

/**
 * What the spool may hold.
 *
 * @param bytes of all messages on disk
 * @param count of messages, each of which costs a little heap
 * @param held bytes of messages in the heap: those in flight, and those that are kept so that they
 *     need not be read from disk again, each
 * @param overflow what is dropped when there is no room
 * @param refused how long a message may be refused by its receiver before it is dropped; the time
 *     in which the broker is down does not count
 */
public record SpoolLimits(
    long bytes, int count, long held, OverflowPolicy overflow, Duration refused) {
  private static final int HEAP_PER_MESSAGE = 150;
  private static final long MOST_HELD = 8 << 20;

  /** As many messages as {@code bytes} allow and an eighth of the heap can keep track of. */
  public static SpoolLimits of(long bytes, OverflowPolicy overflow, Duration refused) {
    long heap = Runtime.getRuntime().maxMemory();
    return new SpoolLimits(
        bytes,
        (int) Math.min(Integer.MAX_VALUE, heap / 8 / HEAP_PER_MESSAGE),
        Math.min(MOST_HELD, heap / 32),
        overflow,
        refused);
  }

  /** The same for a spool that is in memory only: it gets a sixteenth of the heap at most. */
  SpoolLimits inMemory() {
    return new SpoolLimits(
        Math.min(bytes, Runtime.getRuntime().maxMemory() / 16), count, held, overflow, refused);
  }
}
