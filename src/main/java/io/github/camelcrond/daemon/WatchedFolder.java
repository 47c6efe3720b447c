// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.daemon;

import io.github.camelcrond.camel.CalledByRoute;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** A folder, as far as it can be watched: the crontab's, or that of the route files. */
public final class WatchedFolder {
  /** A folder with more entries than this is not watched: the watcher would walk all of it. */
  private static final int LARGE = 5_000;

  private static final int DEPTH = 64;

  private final Path path;
  private Optional<Object> watched;

  /** The folder as it is now. */
  public WatchedFolder(Path path) {
    this.path = path;
    this.watched = identity();
  }

  /** The folder. */
  public Path path() {
    return path;
  }

  /** Why it is not watched; empty if it is. */
  public Optional<String> obstacle() {
    if (!Files.isDirectory(path)) {
      return Optional.of("it is not there");
    }
    return isSmall() ? Optional.empty() : Optional.of("it has too many entries");
  }

  /**
   * Whether there is another folder in the place of the one that is watched, or one for the first
   * time; it is the watched one from then on.
   */
  @CalledByRoute
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
