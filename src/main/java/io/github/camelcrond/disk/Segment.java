// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32C;

/** One file of a record log: entries one after the other. Not thread-safe. */
final class Segment {
  private static final int WINDOW = 64 << 10;

  private final FileLayer files;
  final long number;
  final Path path;

  /** Where the next entry goes: behind the last valid one. */
  int end;

  /** How many records have their current content here. */
  int live;

  /** Whether there is something else than valid entries in it. */
  boolean damaged;

  private FileLayer.OpenFile file;

  Segment(FileLayer files, Path path, long number) {
    this.files = files;
    this.path = path;
    this.number = number;
  }

  /** Takes the entries of a segment in their order. */
  @FunctionalInterface
  interface Visitor {
    /**
     * Takes an entry.
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

  /** Writes {@code entries} at the end; after a failure the end is where it was. */
  void append(ByteBuffer entries) throws IOException {
    file().write(end, entries.array(), 0, entries.position());
    end += entries.position();
  }

  /** Cuts off what a failed {@link #append} may have left. */
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
   * Shows all valid entries and sets the end behind the last one. What a write that was cut off has
   * left at the end of the file counts as not there.
   *
   * @return whether there is anything else in the file
   */
  boolean scan(Visitor visitor) throws IOException {
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
   * Shows the entries from {@code from} on, of a segment in which there is no damage.
   *
   * @param bytes after so many no further entry is shown
   * @return where the next entry begins
   */
  int show(int from, int bytes, Visitor visitor) throws IOException {
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

  /** The file seen through a buffer, for reading it from front to back. */
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

    /** Makes {@code wanted} bytes at {@code position} readable; false if the file ends before. */
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

    /** The length of the content if there is a valid entry at {@code position}, else -1. */
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

    /** The position of the next valid entry from {@code from} on, or -1. */
    int nextValid(int from) throws IOException {
      for (int at = from; at <= size - LogEntry.HEADER; at++) {
        if (fetch(at, Integer.BYTES) && intAt(at) == LogEntry.MARK && validLength(at) >= 0) {
          return at;
        }
      }
      return -1;
    }

    /** Whether what begins at {@code at} is an entry whose write was cut off, or only zeroes. */
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

    void show(int position, int content, Visitor visitor) throws IOException {
      fetch(position, LogEntry.HEADER);
      int header = position - start;
      byte kind = bytes[header + 12];
      long id = ByteBuffer.wrap(bytes, header + 13, Long.BYTES).getLong();
      visitor.entry(kind, id, position, content);
    }
  }
}
