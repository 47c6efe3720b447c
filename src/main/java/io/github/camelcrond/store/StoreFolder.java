// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.store;

import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The daemon's own folder on local disk: embedded store, run journal, spool. One process has it at
 * a time.
 */
public final class StoreFolder implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(StoreFolder.class);

  private final Path path;
  private final Optional<RandomAccessFile> lock;

  private StoreFolder(Path path, Optional<RandomAccessFile> lock) {
    this.path = path;
    this.lock = lock;
  }

  /**
   * Takes the folder at {@code path}, made if it is missing. One that cannot be written is a
   * warning: what would be kept there is kept in memory.
   *
   * @throws StoreException if another process has it
   */
  public static StoreFolder open(Path path) {
    try {
      Files.createDirectories(
          path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      return new StoreFolder(path, Optional.of(lock(path)));
    } catch (IOException e) {
      LOG.warn(
          "store folder {} cannot be written, what it would hold is kept in memory: {}",
          path,
          reason(e));
      return new StoreFolder(path, Optional.empty());
    }
  }

  private static String reason(IOException e) {
    if (e instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (e instanceof NoSuchFileException) {
      return "it cannot be made there";
    }
    if (e instanceof FileAlreadyExistsException) {
      return "it is no folder";
    }
    return e instanceof FileSystemException file && file.getReason() != null
        ? file.getReason()
        : e.getMessage();
  }

  private static RandomAccessFile lock(Path path) throws IOException {
    RandomAccessFile file = new RandomAccessFile(path.resolve("lock").toFile(), "rw");
    FileLock lock = tryLock(file);
    if (lock == null) {
      String holder = file.readLine();
      file.close();
      throw new StoreException(
          String.format(
              "store folder %s is in use by process %s, stop that daemon first or set"
                  + " crond.store.dir to another folder",
              path, holder == null ? "unknown" : holder));
    }
    file.setLength(0);
    file.write((ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII));
    return file;
  }

  private static FileLock tryLock(RandomAccessFile file) throws IOException {
    try {
      return file.getChannel().tryLock();
    } catch (OverlappingFileLockException e) {
      return null; // this process has it already
    }
  }

  /** Whether files can be kept here. */
  public boolean writable() {
    return lock.isPresent();
  }

  /** The path of {@code name} here; empty if the folder cannot be written. */
  public Optional<Path> file(String name) {
    return lock.map(held -> path.resolve(name));
  }

  /** Where it is. */
  public Path path() {
    return path;
  }

  /** Lets others have it. */
  @Override
  public void close() throws IOException {
    if (lock.isPresent()) {
      lock.get().close();
    }
  }
}
