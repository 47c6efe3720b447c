// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.spool;

import java.time.Duration;

/**
 * The limits of the spool.
 *
 * @param bytes maximum size of all messages on disk
 * @param count maximum number of messages, each of which needs a little heap
 * @param held maximum size, in bytes, of the messages in flight, and also of those that are kept in
 *     the heap to save reading them from disk
 * @param overflow which messages are dropped when the spool is full
 * @param refused how long a receiver may refuse a message before it is dropped; the time in which
 *     the broker is down does not count
 */
public record SpoolLimits(
    long bytes, int count, long held, OverflowPolicy overflow, Duration refused) {
  private static final int HEAP_PER_MESSAGE = 150;
  private static final long MOST_HELD = 8 << 20;

  /** Limits the number of messages to what an eighth of the heap can keep track of. */
  public static SpoolLimits of(long bytes, OverflowPolicy overflow, Duration refused) {
    long heap = Runtime.getRuntime().maxMemory();
    return new SpoolLimits(
        bytes,
        (int) Math.min(Integer.MAX_VALUE, heap / 8 / HEAP_PER_MESSAGE),
        Math.min(MOST_HELD, heap / 32),
        overflow,
        refused);
  }

  /** The limits for a spool that is in memory only: at most a sixteenth of the heap. */
  SpoolLimits inMemory() {
    return new SpoolLimits(
        Math.min(bytes, Runtime.getRuntime().maxMemory() / 16), count, held, overflow, refused);
  }
}
