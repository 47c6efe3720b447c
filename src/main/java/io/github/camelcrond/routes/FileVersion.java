// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.routes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** The state of a file when it was last read; while that is the same, so is the text. */
record FileVersion(Path path, long size, Instant changed, Object inode) {
  /** A file that changed less than this ago may still be being written. */
  private static final Duration SETTLED = Duration.ofMillis(200);

  /**
   * The present state of {@code path}.
   *
   * @throws UncheckedIOException if the file no longer exists
   */
  static FileVersion of(Path path) {
    try {
      BasicFileAttributes now = Files.readAttributes(path, BasicFileAttributes.class);
      return new FileVersion(
          path, now.size(), now.lastModifiedTime().toInstant(), String.valueOf(now.fileKey()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether the last change is old enough for the file to be complete. */
  boolean settled(Clock clock) {
    return Duration.between(changed, clock.instant()).abs().compareTo(SETTLED) >= 0;
  }

  /**
   * The text of {@code path}.
   *
   * @throws RouteFileException if it cannot be read or is not UTF-8
   * @throws UncheckedIOException if the file no longer exists
   */
  static String read(Path path) throws RouteFileException {
    try {
      return Files.readString(path);
    } catch (NoSuchFileException e) {
      throw new UncheckedIOException(e);
    } catch (CharacterCodingException e) {
      throw new RouteFileException(path + ":1:1", "the file is not UTF-8");
    } catch (AccessDeniedException e) {
      throw new RouteFileException(path + ":1:1", "the file is not readable by the daemon");
    } catch (IOException e) {
      throw new RouteFileException(path + ":1:1", "the file cannot be read: " + e.getMessage());
    }
  }
}
