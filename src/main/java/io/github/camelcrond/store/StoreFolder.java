// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.store;

import io.github.camelcrond.disk.RecordLog;
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
import java.time.Clock;
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

  /**
   * The log whose files are named {@code name} here; one in memory if the folder cannot be written,
   * or if the files cannot be read at present: then they stay as they are.
   *
   * @param segmentBytes size of its files
   */
  public RecordLog log(String name, int segmentBytes, Clock clock) {
    Optional<Path> base = file(name);
    if (base.isPresent()) {
      try {
        return RecordLog.open(base.get(), RecordLog.Options.of(segmentBytes, clock));
      } catch (IOException e) {
        LOG.atWarn()
            .addKeyValue("files", base.get())
            .addKeyValue("reason", reason(e))
            .log("files cannot be read, what they would hold is kept in memory");
      }
    }
    return RecordLog.inMemory();
  }

  /** Reads the contents of a file of an earlier version and deletes it. */
  @FunctionalInterface
  public interface Migration {
    /**
     * Migrates {@code file}, which exists.
     *
     * @throws IOException if it could not be migrated and stays
     */
    void migrate(Path file) throws IOException;
  }

  /** Lets {@code migration} take over the file {@code name} of an earlier version, if it exists. */
  public void migrate(String name, Migration migration) {
    Optional<Path> file = file(name).filter(Files::exists);
    if (file.isEmpty()) {
      return;
    }
    try {
      migration.migrate(file.get());
      LOG.atInfo().addKeyValue("file", file.get()).log("file of an earlier version migrated");
    } catch (IOException e) {
      LOG.atWarn()
          .addKeyValue("file", file.get())
          .addKeyValue("reason", reason(e))
          .log("file of an earlier version not migrated, the next start tries again");
    }
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
