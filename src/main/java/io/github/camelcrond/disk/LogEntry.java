// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.disk;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * The format of an entry in a file of a record log: a mark, the length of the content, a checksum
 * of all that follows, the kind, the number of the record, the content.
 */
final class LogEntry {
  /** The first four bytes of every entry, by which the next entry after damage is found. */
  static final int MARK = 0xC20D_106E;

  /** Bytes before the content. */
  static final int HEADER = 4 + 4 + 4 + 1 + 8;

  /** The entry sets the content of its record. */
  static final byte PUT = 1;

  /** The entry removes its record. */
  static final byte REMOVE = 2;

  /** The longest content, in bytes. */
  static final int MAX_LENGTH = 512 << 20;

  private static final int CHECKED_FROM = 12;

  private LogEntry() {}

  /** Appends an entry to {@code out}, which must have room for it. */
  static void write(ByteBuffer out, byte kind, long id, byte[] content) {
    int start = out.position();
    out.putInt(MARK).putInt(content.length).putInt(0).put(kind).putLong(id).put(content);
    CRC32C crc = new CRC32C();
    crc.update(out.array(), start + CHECKED_FROM, HEADER - CHECKED_FROM + content.length);
    out.putInt(start + 8, (int) crc.getValue());
  }

  /** The checksum of a header, to which the caller adds the content. */
  static CRC32C checksum(byte[] header, int offset) {
    CRC32C crc = new CRC32C();
    crc.update(header, offset + CHECKED_FROM, HEADER - CHECKED_FROM);
    return crc;
  }
}
