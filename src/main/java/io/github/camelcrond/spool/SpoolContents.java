// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.spool;

import io.github.camelcrond.disk.RecordLog;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongPredicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The messages of the spool by number, within its limits: how many there are, how large, and which
 * of them are held in memory as well. Not thread-safe.
 */
final class SpoolContents {
  private static final Logger LOG = LoggerFactory.getLogger("crond.spool");

  /** Removals are written with the next message, or when there are this many. */
  private static final int REMOVALS_BEFORE_WRITE = 256;

  private final RecordLog log;
  private final SpoolLimits limits;
  private final Map<Long, SpoolMessage> held = new HashMap<>();
  private long heldBytes;
  private long bytes;
  private int count;
  private long oldest;
  private long next;
  private int removals;
  private long dropped;
  private boolean dropping;

  SpoolContents(RecordLog log, SpoolLimits limits) {
    this.log = log;
    this.limits = limits;
  }

  /** Counts a message that is already in the log. */
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
    if (heldBytes + record.length <= limits.held()) {
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

  /** Whether the number of removals is large enough to write them; if so, resets it. */
  boolean removalsToWrite() {
    boolean write = removals >= REMOVALS_BEFORE_WRITE;
    removals = write ? 0 : removals;
    return write;
  }

  /**
   * Makes room for a message of {@code size} bytes, by the overflow policy, if necessary by
   * dropping the messages that were added first.
   *
   * @param kept whether the message of a number must stay
   * @return whether there is room; if not, the message counts as dropped
   */
  boolean makeRoom(int size, LongPredicate kept) {
    if (fits(size)) {
      dropping = dropping && bytes > limits.bytes() / 2;
      return true;
    }
    // Dropping messages on disk does not free memory for messages that cannot be written.
    if (limits.overflow() == OverflowPolicy.DROP_OLDEST && !isDiskFull(size)) {
      for (; oldest < next && !fits(size); oldest++) {
        if (!kept.test(oldest) && remove(oldest)) {
          drop();
        }
      }
    }
    if (fits(size)) {
      return true;
    }
    drop();
    return false;
  }

  private boolean fits(int size) {
    return bytes + size <= limits.bytes() && count < limits.count() && !isDiskFull(size);
  }

  /** Whether writing fails, and memory has no room for {@code size} more bytes. */
  private boolean isDiskFull(int size) {
    return log.isFailing() && log.unwrittenBytes() + size > limits.held();
  }

  private void drop() {
    dropped++;
    if (!dropping) {
      dropping = true;
      LOG.atWarn()
          .addKeyValue("queued", count)
          .addKeyValue("bytes", bytes)
          .log("spool is full, dropping messages");
    }
  }

  /** Counts a message that is lost for another reason than lack of room. */
  void countDropped() {
    dropped++;
  }

  /** Messages lost since the start. */
  long dropped() {
    return dropped;
  }

  /** Notes that the message {@code id}, which had to stay, may be dropped again. */
  void mayBeDropped(long id) {
    oldest = Math.min(oldest, id);
  }

  int count() {
    return count;
  }

  long bytes() {
    return bytes;
  }
}
