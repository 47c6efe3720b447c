// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.job;

import java.io.BufferedWriter;
import java.io.Closeable;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file of a run journal: lines are added by plain writes, and those that are done are dropped
 * from time to time. A file that cannot be written is a warning, and tried again with each line.
 */
final class JournalFile implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(RunJournal.class);
  private static final long COMPACT_ABOVE = 1 << 20;
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");

  private final Path path;
  private Optional<FileOutputStream> out = Optional.empty();
  private long size;
  private long sizeAfterCompaction;
  private boolean failed;

  JournalFile(Path path) {
    this.path = path;
  }

  Path path() {
    return path;
  }

  /** Whether the last write went well. */
  boolean writable() {
    return !failed;
  }

  /** Adds a line, which ends with a newline. */
  void append(byte[] line) {
    try {
      stream().write(line);
      size += line.length;
      failed = false;
    } catch (IOException e) {
      failed(e);
    }
  }

  /** Says once that the file cannot be used. */
  void failed(IOException e) {
    if (!failed) {
      failed = true;
      LOG.atWarn()
          .addKeyValue("file", path)
          .log("run journal cannot be used, a kill loses records from now on: {}", e.toString());
    }
  }

  /** Whether the file is large, and twice as large as when it was compacted. */
  boolean large() {
    return size > COMPACT_ABOVE && size > 2 * sizeAfterCompaction;
  }

  /** Keeps only the lines of the runs in {@code open}. */
  void compact(Set<String> open) {
    try {
      Path next = path.resolveSibling(path.getFileName() + ".new");
      Files.deleteIfExists(next);
      // What jobs print is for the owner only, at no moment for others.
      Files.createFile(next, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
      try (BufferedWriter out = Files.newBufferedWriter(next)) {
        JournalReplay.copy(path, open, out);
      }
      close();
      Files.move(next, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      stream();
      sizeAfterCompaction = size;
    } catch (IOException e) {
      failed(e);
    }
  }

  private FileOutputStream stream() throws IOException {
    if (out.isEmpty()) {
      // A FileChannel would be closed by an interrupt of whoever writes; a stream is not.
      FileOutputStream opened = new FileOutputStream(path.toFile(), true);
      out = Optional.of(opened);
      Files.setPosixFilePermissions(path, OWNER_ONLY);
      size = Files.size(path);
      if (size > 0 && lastByte() != '\n') {
        opened.write('\n');
        size++;
      }
    }
    return out.get();
  }

  private int lastByte() throws IOException {
    try (RandomAccessFile in = new RandomAccessFile(path.toFile(), "r")) {
      in.seek(in.length() - 1);
      return in.read();
    }
  }

  @Override
  public void close() throws IOException {
    if (out.isPresent()) {
      out.get().close();
      out = Optional.empty();
    }
  }
}
