// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Replaces the contents of a file of the crontab as a whole, and reads them. */
public final class FileReplacement {
  private static final Logger LOG = LoggerFactory.getLogger("crond.store");

  private final Path path;

  /** For the file at {@code path}; symbolic links are followed. */
  public FileReplacement(Path path) {
    this.path = path;
  }

  /** The path of the file. */
  public Path path() {
    return path;
  }

  /**
   * The current contents of the file.
   *
   * @throws IOException if they cannot be read
   */
  public byte[] read() throws IOException {
    return Files.readAllBytes(path);
  }

  /**
   * Replaces the contents of the file by {@code text} and keeps its mode, owner and group; a new
   * file has mode 0644. The replacement is atomic if the directory permits, else the existing file
   * is overwritten (a bind mount).
   *
   * @return whether that succeeded; if not, the previous contents stay
   */
  public boolean write(byte[] text) {
    try {
      Path target = Files.exists(path) ? path.toRealPath() : path.toAbsolutePath();
      Files.createDirectories(target.getParent());
      Path next = Files.createTempFile(target.getParent(), ".crontab-", ".new");
      return replace(target, next, text);
    } catch (IOException e) {
      return overwrite(text);
    }
  }

  private boolean replace(Path target, Path next, byte[] text) throws IOException {
    try {
      if (!written(next, text)) {
        return false;
      }
      if (!likeBefore(target, next)) {
        return overwrite(text);
      }
      Files.move(next, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      return true;
    } finally {
      Files.deleteIfExists(next);
    }
  }

  /** Copies mode, owner and group of {@code target} to {@code next}; false if not permitted. */
  private static boolean likeBefore(Path target, Path next) throws IOException {
    if (!Files.exists(target)) {
      Files.setPosixFilePermissions(next, PosixFilePermissions.fromString("rw-r--r--"));
      return true;
    }
    PosixFileAttributes before = Files.readAttributes(target, PosixFileAttributes.class);
    PosixFileAttributeView view = Files.getFileAttributeView(next, PosixFileAttributeView.class);
    PosixFileAttributes now = view.readAttributes();
    try {
      if (!now.owner().equals(before.owner())) {
        view.setOwner(before.owner());
      }
      if (!now.group().equals(before.group())) {
        view.setGroup(before.group());
      }
    } catch (IOException e) {
      return false;
    }
    view.setPermissions(before.permissions());
    return true;
  }

  private boolean written(Path file, byte[] text) {
    try {
      Files.write(
          file,
          text,
          StandardOpenOption.WRITE,
          StandardOpenOption.TRUNCATE_EXISTING,
          StandardOpenOption.SYNC);
      return true;
    } catch (IOException e) {
      LOG.atWarn()
          .addKeyValue("file", path)
          .addKeyValue("reason", e.toString())
          .log("cannot write crontab");
      return false;
    }
  }

  private boolean overwrite(byte[] text) {
    if (!Files.isWritable(path)) {
      return false;
    }
    try {
      byte[] before = read();
      // If the disk is full, there is still room for the previous contents.
      if (written(path, text)) {
        return true;
      }
      written(path, before);
      return false;
    } catch (IOException e) {
      return false;
    }
  }
}
