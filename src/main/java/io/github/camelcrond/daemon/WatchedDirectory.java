// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.daemon;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchService;
import java.util.Optional;
import java.util.stream.Stream;

/** A directory of the crontab or of the route files, and whether it can be watched. */
public final class WatchedDirectory {
  /** A directory with more entries than this is not watched: the watcher would walk all of it. */
  private static final int LARGE = 5_000;

  private static final int DEPTH = 64;

  private final Path path;
  private Optional<Object> watched = Optional.empty();

  /** The directory at {@code path}, which is not watched yet. */
  public WatchedDirectory(Path path) {
    this.path = path;
  }

  /** The directory. */
  public Path path() {
    return path;
  }

  /** Why it is not watched; empty if it is. */
  public Optional<String> obstacle() {
    if (!Files.isDirectory(path)) {
      return Optional.of("it does not exist");
    }
    if (!Files.isReadable(path)) {
      return Optional.of("it is not readable");
    }
    return isSmall() ? unwatchable() : Optional.of("it has too many entries");
  }

  /**
   * Tries to watch it, as the kernel limits watches per user: fs.inotify.max_user_instances,
   * max_user_watches.
   */
  private Optional<String> unwatchable() {
    try (WatchService trial = path.getFileSystem().newWatchService()) {
      path.register(trial, StandardWatchEventKinds.ENTRY_MODIFY);
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of("inotify: " + e.getMessage());
    }
  }

  /**
   * Whether another directory has replaced the watched one, or the directory exists for the first
   * time; from then on, that is the watched one.
   */
  public synchronized boolean wasReplaced() {
    Optional<Object> now = identity();
    if (now.isEmpty() || now.equals(watched)) {
      return false;
    }
    watched = now;
    return obstacle().isEmpty();
  }

  private Optional<Object> identity() {
    try {
      return Optional.of(Files.getAttribute(path, "unix:ino"));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private boolean isSmall() {
    try (Stream<Path> entries = Files.walk(path, DEPTH)) {
      return entries.limit(LARGE + 1L).count() <= LARGE;
    } catch (IOException | UncheckedIOException e) {
      return false;
    }
  }
}
