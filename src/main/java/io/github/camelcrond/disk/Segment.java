// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32C;

/** One file of a record log, a sequence of entries. Not thread-safe. */
final class Segment {
  private static final int WINDOW = 64 << 10;

  private final FileLayer files;
  final long number;
  final Path path;

  /** The position after the last valid entry, where the next one is written. */
  int end;

  /** The number of records whose current content is in this file. */
  int live;

  /** Whether the file contains anything but valid entries. */
  boolean damaged;

  private FileLayer.OpenFile file;

  Segment(FileLayer files, Path path, long number) {
    this.files = files;
    this.path = path;
    this.number = number;
  }

  /** Receives the entries of a segment in order. */
  @FunctionalInterface
  interface SegmentVisitor {
    /**
     * Receives an entry.
     *
     * @param position of the entry in its file
     * @param length of its content
     */
    void entry(byte kind, long id, int position, int length) throws IOException;
  }

  private FileLayer.OpenFile file() throws IOException {
    if (file == null) {
      file = files.open(path);
    }
    return file;
  }

  /** Appends {@code entries}; after a failure the end is unchanged. */
  void append(ByteBuffer entries) throws IOException {
    file().write(end, entries.array(), 0, entries.position());
    end += entries.position();
  }

  /** Removes what a failed {@link #append} may have written. */
  void dropTail() throws IOException {
    if (file != null) {
      file.truncate(end);
    }
  }

  /**
   * The content of the entry at {@code position}.
   *
   * @throws DamagedRecordException if its checksum does not match
   */
  byte[] content(int position, int length) throws IOException {
    byte[] entry = new byte[LogEntry.HEADER + length];
    int read = file().read(position, entry, 0, entry.length);
    CRC32C crc = LogEntry.checksum(entry, 0);
    crc.update(entry, LogEntry.HEADER, length);
    if (read < entry.length || ByteBuffer.wrap(entry).getInt(8) != (int) crc.getValue()) {
      throw new DamagedRecordException(path + " is damaged at byte " + position);
    }
    return Arrays.copyOfRange(entry, LogEntry.HEADER, entry.length);
  }

  /**
   * Visits all valid entries and sets the end behind the last one. An incomplete entry at the end
   * of the file, as an interrupted write leaves it, is ignored.
   *
   * @return whether the file is damaged: it contains anything else
   */
  boolean scan(SegmentVisitor visitor) throws IOException {
    int size = Math.toIntExact(file().size());
    Window window = new Window(file(), size);
    boolean clean = true;
    int at = 0;
    while (at >= 0 && at < size) {
      int length = window.validLength(at);
      if (length >= 0) {
        window.show(at, length, visitor);
        at += LogEntry.HEADER + length;
        end = at;
      } else {
        int next = window.nextValid(at + 1);
        clean &= next < 0 && window.isCutOff(at);
        at = next;
      }
    }
    return !clean;
  }

  /**
   * Visits the entries from position {@code from} of a segment that is not damaged.
   *
   * @param bytes after this many bytes no further entry is visited
   * @return where the next entry begins
   */
  int show(int from, int bytes, SegmentVisitor visitor) throws IOException {
    Window window = new Window(file(), end);
    int at = from;
    while (at < end && at - from < bytes) {
      int length = window.length(at);
      window.show(at, length, visitor);
      at += LogEntry.HEADER + length;
    }
    return at;
  }

  void close() throws IOException {
    if (file != null) {
      FileLayer.OpenFile open = file;
      file = null;
      open.close();
    }
  }

  /** A buffer for reading the file from front to back. */
  private static final class Window {
    private final FileLayer.OpenFile file;
    private final int size;
    private final byte[] bytes = new byte[WINDOW];
    private int start;
    private int length;

    Window(FileLayer.OpenFile file, int size) {
      this.file = file;
      this.size = size;
    }

    /** Reads {@code wanted} bytes at {@code position} into the buffer; false at end of file. */
    private boolean fetch(int position, int wanted) throws IOException {
      if (position < start || position + wanted > start + length) {
        start = position;
        length = file.read(position, bytes, 0, Math.min(WINDOW, size - position));
      }
      return position + wanted <= start + length;
    }

    private int intAt(int position) {
      int at = position - start;
      return ByteBuffer.wrap(bytes, at, Integer.BYTES).getInt();
    }

    int length(int position) throws IOException {
      if (!fetch(position, LogEntry.HEADER)) {
        throw new IOException("unexpected end of file");
      }
      return intAt(position + 4);
    }

    /** The length of the content of the entry at {@code position}, -1 if it is not valid. */
    int validLength(int position) throws IOException {
      if (!fetch(position, LogEntry.HEADER) || intAt(position) != LogEntry.MARK) {
        return -1;
      }
      int content = intAt(position + 4);
      int expected = intAt(position + 8);
      if (content < 0 || content > size - position - LogEntry.HEADER) {
        return -1;
      }
      CRC32C crc = LogEntry.checksum(bytes, position - start);
      int at = position + LogEntry.HEADER;
      int left = content;
      while (left > 0) {
        int part = Math.min(left, WINDOW / 2);
        if (!fetch(at, part)) {
          return -1;
        }
        crc.update(bytes, at - start, part);
        at += part;
        left -= part;
      }
      return expected == (int) crc.getValue() ? content : -1;
    }

    /** The position of the first valid entry from {@code from} on, or -1. */
    int nextValid(int from) throws IOException {
      for (int at = from; at <= size - LogEntry.HEADER; at++) {
        if (fetch(at, Integer.BYTES) && intAt(at) == LogEntry.MARK && validLength(at) >= 0) {
          return at;
        }
      }
      return -1;
    }

    /** Whether the rest of the file from {@code at} is an incomplete entry or only zeroes. */
    boolean isCutOff(int at) throws IOException {
      if (!fetch(at, LogEntry.HEADER)) {
        return true;
      }
      if (intAt(at) == LogEntry.MARK) {
        int content = intAt(at + 4);
        return content >= 0
            && content <= LogEntry.MAX_LENGTH
            && content > size - at - LogEntry.HEADER;
      }
      for (int p = at; p < size; p++) {
        fetch(p, 1);
        if (bytes[p - start] != 0) {
          return false;
        }
      }
      return true;
    }

    void show(int position, int content, SegmentVisitor visitor) throws IOException {
      fetch(position, LogEntry.HEADER);
      int header = position - start;
      byte kind = bytes[header + 12];
      long id = ByteBuffer.wrap(bytes, header + 13, Long.BYTES).getLong();
      visitor.entry(kind, id, position, content);
    }
  }
}
