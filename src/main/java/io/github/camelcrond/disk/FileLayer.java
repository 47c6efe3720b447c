// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.disk;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The file operations of a {@link RecordLog}. Tests use an implementation that fails. */
public interface FileLayer {

  /** The file system of the operating system. */
  FileLayer LOCAL = new LocalFiles();

  /** An open file, used by one thread at a time. */
  interface OpenFile extends Closeable {

    /**
     * Reads bytes at a position.
     *
     * @return the number of bytes read, less than {@code length} only at the end of the file
     */
    int read(long position, byte[] bytes, int offset, int length) throws IOException;

    /** Writes all bytes at a position; if this fails, some of them may have been written. */
    void write(long position, byte[] bytes, int offset, int length) throws IOException;

    /** The length of the file in bytes. */
    long size() throws IOException;

    /** Truncates the file to {@code size} bytes. */
    void truncate(long size) throws IOException;
  }

  /** Opens a file for reading and writing; one that does not exist is created with mode 0600. */
  OpenFile open(Path file) throws IOException;

  /** Deletes a file. */
  void delete(Path file) throws IOException;

  /** The files in {@code folder} whose names start with {@code prefix}, in no particular order. */
  List<Path> list(Path folder, String prefix) throws IOException;
}
