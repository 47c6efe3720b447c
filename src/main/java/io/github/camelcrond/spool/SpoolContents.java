// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.spool;

import io.github.camelcrond.disk.RecordLog;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.LongPredicate;

/**
 * The messages of the spool by number: how many there are, how large, and which of them are held in
 * memory too. Not thread-safe.
 */
final class SpoolContents {
  /** Removals are written with the next message, or when so many have gathered. */
  private static final int REMOVALS_BEFORE_WRITE = 256;

  private final RecordLog log;
  private final long mostHeld;
  private final Map<Long, SpoolMessage> held = new HashMap<>();
  private long heldBytes;
  private long bytes;
  private int count;
  private long oldest;
  private long next;
  private int removals;

  SpoolContents(RecordLog log, long mostHeld) {
    this.log = log;
    this.mostHeld = mostHeld;
  }

  /** Counts a message that is in the log already. */
  void found(long id, int size) {
    oldest = count == 0 ? id : oldest;
    next = id + 1;
    count++;
    bytes += size;
  }

  /** Adds {@code message}, encoded as {@code record}, and returns its number. */
  long add(SpoolMessage message, byte[] record) {
    long id = log.add(record);
    found(id, record.length);
    if (heldBytes + record.length <= mostHeld) {
      held.put(id, message);
      heldBytes += record.length;
    }
    return id;
  }

  /** The message {@code id}; empty if it was removed. */
  Optional<SpoolMessage> read(long id) throws IOException {
    SpoolMessage known = held.get(id);
    if (known != null) {
      return Optional.of(known);
    }
    Optional<byte[]> record = log.read(id);
    return record.isEmpty() ? Optional.empty() : Optional.of(SpoolMessage.decoded(record.get()));
  }

  /** Removes the message {@code id}; false if it was removed before. */
  boolean remove(long id) {
    int size = log.remove(id);
    if (size < 0) {
      return false;
    }
    count--;
    bytes -= size;
    heldBytes -= held.remove(id) == null ? 0 : size;
    removals++;
    return true;
  }

  /** Whether enough removals have gathered to be written. */
  boolean removalsToWrite() {
    boolean write = removals >= REMOVALS_BEFORE_WRITE;
    removals = write ? 0 : removals;
    return write;
  }

  /**
   * Removes messages, those that were added first, until there is room.
   *
   * @param kept says which must stay
   * @param dropped is called for each
   */
  void dropOldest(LongPredicate kept, BooleanSupplier room, Runnable dropped) {
    while (oldest < next && !room.getAsBoolean()) {
      if (!kept.test(oldest) && remove(oldest)) {
        dropped.run();
      }
      oldest++;
    }
  }

  /** Notes that the message {@code id}, which had to stay, may be dropped again. */
  void mayBeDropped(long id) {
    oldest = Math.min(oldest, id);
  }

  /** Whether the disk takes no messages, and memory has no room for {@code size} more bytes. */
  boolean isDiskFull(int size) {
    return log.isFailing() && log.unwrittenBytes() + size > mostHeld;
  }

  int count() {
    return count;
  }

  long bytes() {
    return bytes;
  }
}
