// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.store;

import io.github.camelcrond.config.SettingsException;
import io.github.camelcrond.crontab.DaemonUser;
import io.github.camelcrond.crontab.Users;
import io.github.camelcrond.disk.FileLayer;
import io.github.camelcrond.disk.RecordLog;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The daemon's own directory on local disk: embedded store, run journal, spool, token. One process
 * uses it at a time, and only its owner may write to it, as its files determine what the daemon
 * runs.
 */
public final class StoreFolder implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger("crond.store");
  private static final Set<PosixFilePermission> PRIVATE =
      PosixFilePermissions.fromString("rwx------");
  private static final Set<PosixFilePermission> PRIVATE_FILE =
      PosixFilePermissions.fromString("rw-------");
  private static final int LONGEST_PID = 32;
  private static final String FORMAT = "format";

  /** The sticky bit, of directories such as /tmp. */
  private static final int STICKY = 01000;

  private final Path path;
  private final Optional<FileChannel> lock;

  private StoreFolder(Path path, Optional<FileChannel> lock) {
    this.path = path;
    this.lock = lock;
  }

  /**
   * Takes the directory at {@code path}, created if it is missing, and makes it accessible to its
   * owner only. If it cannot be written, that is logged as a warning and what would be kept there
   * is kept in memory.
   *
   * @throws StoreException if another process has it; if its lock is not a regular file of the
   *     daemon's user; and if the daemon is root and others own the directory or could have written
   *     to it
   * @throws SettingsException if a later version has written it
   */
  public static StoreFolder open(Path path) {
    try {
      Files.createDirectories(path, PosixFilePermissions.asFileAttribute(PRIVATE));
      secure(path.toRealPath(), DaemonUser.uid(Users.ofSystem()));
      check(path.resolve("lock"));
      requireFormat(path);
      FileChannel lock = lock(path);
      noteFormat(path);
      return new StoreFolder(path, Optional.of(lock));
    } catch (IOException e) {
      LOG.atWarn()
          .addKeyValue("directory", path)
          .addKeyValue("reason", reason(e))
          .log("store directory is not writable, keeping its data in memory");
      return new StoreFolder(path, Optional.empty());
    }
  }

  /** Only root is strict: anyone who can write to its directory would become root. */
  private static void secure(Path path, long self) throws IOException {
    long owner = owner(path);
    if (owner != self) {
      if (self == 0) {
        throw new StoreException(
            String.format(
                "store directory %s belongs to uid %d, which could run commands as root through"
                    + " it: check its files, then run chown -R root, or set crond.store.dir to"
                    + " another directory",
                path, owner));
      }
      return;
    }
    Set<PosixFilePermission> mode = Files.getPosixFilePermissions(path);
    if (mode.equals(PRIVATE)) {
      return;
    }
    boolean writable =
        mode.contains(PosixFilePermission.GROUP_WRITE)
            || mode.contains(PosixFilePermission.OTHERS_WRITE);
    boolean shared = ((int) Files.getAttribute(path, "unix:mode") & STICKY) != 0;
    if (self == 0 && writable && (shared || !isEmpty(path))) {
      throw new StoreException(
          String.format(
              "store directory %s is writable by others (%s), which lets them run commands as"
                  + " root: check its files, then run chmod 0700, or set crond.store.dir to"
                  + " another directory",
              path, PosixFilePermissions.toString(mode)));
    }
    Files.setPosixFilePermissions(path, PRIVATE);
    LOG.atInfo()
        .addKeyValue("directory", path)
        .addKeyValue("previous-mode", PosixFilePermissions.toString(mode))
        .log("access to the store directory restricted to its owner");
  }

  /** Before any file is opened: one in a later format would look damaged. */
  private static void requireFormat(Path path) throws IOException {
    Path file = path.resolve(FORMAT);
    check(file);
    StoreFormat.require(
        "store directory " + path,
        Files.exists(file) ? Optional.of(Files.readString(file)) : Optional.empty(),
        "crond.store.dir to another directory");
  }

  private static void noteFormat(Path path) {
    try {
      Path file = path.resolve(FORMAT);
      if (Files.notExists(file) || Files.size(file) == 0) {
        Files.writeString(file, StoreFormat.CURRENT + "\n");
      }
    } catch (IOException e) {
      // A full disk: what is kept is in the first format, as without this file.
      LOG.atDebug().setCause(e).log("cannot write the format of the store directory");
    }
  }

  private static boolean isEmpty(Path folder) throws IOException {
    try (var files = Files.newDirectoryStream(folder)) {
      return !files.iterator().hasNext();
    }
  }

  /**
   * Checks a file of a store directory before it is opened; one that is missing passes.
   *
   * @throws StoreException if it is not a regular file, if it has more than one hard link, or if it
   *     belongs to another user than the daemon's, the directory's or root
   */
  public static void check(Path file) throws IOException {
    if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      throw untrusted(file, "is not a regular file");
    }
    long owner = owner(file);
    boolean trusted =
        owner == 0
            || owner == owner(file.toRealPath().getParent())
            || owner == DaemonUser.uid(Users.ofSystem());
    if (!trusted) {
      throw untrusted(file, "belongs to uid " + owner);
    }
    Object links = Files.getAttribute(file, "unix:nlink", LinkOption.NOFOLLOW_LINKS);
    if (((Number) links).intValue() > 1) {
      throw untrusted(file, "has more than one hard link");
    }
  }

  private static StoreException untrusted(Path file, String why) {
    return new StoreException(
        file + " " + why + " and may come from another user: inspect and remove it");
  }

  private static long owner(Path file) throws IOException {
    return ((Number) Files.getAttribute(file, "unix:uid", LinkOption.NOFOLLOW_LINKS)).longValue();
  }

  private static String reason(IOException e) {
    if (e instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (e instanceof NoSuchFileException) {
      return "it cannot be created there";
    }
    if (e instanceof FileAlreadyExistsException) {
      return "it is not a directory";
    }
    return e instanceof FileSystemException file && file.getReason() != null
        ? file.getReason()
        : e.getMessage();
  }

  private static FileChannel lock(Path path) throws IOException {
    FileChannel file =
        FileChannel.open(
            path.resolve("lock"),
            Set.of(
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                LinkOption.NOFOLLOW_LINKS),
            PosixFilePermissions.asFileAttribute(PRIVATE_FILE));
    if (tryLock(file) == null) {
      String holder = text(file);
      file.close();
      throw new StoreException(
          String.format(
              "store directory %s is in use by process %s, stop that daemon or set"
                  + " crond.store.dir to another directory",
              path, holder.isEmpty() ? "unknown" : holder));
    }
    try {
      file.truncate(0);
      String pid = ProcessHandle.current().pid() + "\n";
      file.write(ByteBuffer.wrap(pid.getBytes(StandardCharsets.US_ASCII)), 0);
    } catch (IOException e) {
      // A full disk: the process holds the lock, though it cannot be named in messages.
      LOG.atDebug().setCause(e).log("cannot write the process id to the lock file");
    }
    return file;
  }

  private static String text(FileChannel file) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(LONGEST_PID);
    file.read(bytes, 0);
    return new String(bytes.array(), 0, bytes.position(), StandardCharsets.US_ASCII).strip();
  }

  private static FileLock tryLock(FileChannel file) throws IOException {
    try {
      return file.tryLock();
    } catch (OverlappingFileLockException e) {
      return null; // this process has it already
    }
  }

  /**
   * The path of {@code name} here; empty if the directory cannot be written.
   *
   * @throws StoreException if what is there {@link #check cannot be trusted}
   */
  public Optional<Path> file(String name) {
    Optional<Path> file = lock.map(held -> path.resolve(name));
    try {
      if (file.isPresent()) {
        check(file.get());
      }
      return file;
    } catch (IOException e) {
      throw new StoreException(path.resolve(name) + " cannot be inspected: " + reason(e), e);
    }
  }

  /**
   * The log whose files are named {@code name} here; one in memory if the directory cannot be
   * written, or if the files cannot be read at present: then they stay as they are.
   *
   * @param segmentBytes size of its files
   */
  public RecordLog log(String name, int segmentBytes, Clock clock) {
    Optional<Path> base = file(name);
    if (base.isPresent()) {
      try {
        for (Path segment : FileLayer.LOCAL.list(path, name + ".")) {
          check(segment);
        }
        return RecordLog.open(base.get(), RecordLog.Options.of(segmentBytes, clock));
      } catch (IOException e) {
        LOG.atWarn()
            .addKeyValue("files", base.get())
            .addKeyValue("reason", reason(e))
            .log("cannot read files, keeping their data in memory");
      }
    }
    return RecordLog.inMemory();
  }

  /** The path of the directory. */
  public Path path() {
    return path;
  }

  /** Releases the directory for other processes. */
  @Override
  public void close() throws IOException {
    if (lock.isPresent()) {
      lock.get().close();
    }
  }
}
