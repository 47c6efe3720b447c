// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.routes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** What a file looked like when it was last read; if it looks the same, its text is the same. */
record SeenFile(Path path, long size, Instant changed, Object inode) {
  /** A file that changed less than this ago may still be being written. */
  private static final Duration SETTLED = Duration.ofMillis(200);

  static SeenFile of(Path path) {
    try {
      BasicFileAttributes now = Files.readAttributes(path, BasicFileAttributes.class);
      return new SeenFile(
          path, now.size(), now.lastModifiedTime().toInstant(), String.valueOf(now.fileKey()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  boolean settled(Clock clock) {
    return Duration.between(changed, clock.instant()).abs().compareTo(SETTLED) >= 0;
  }

  static String read(Path path) {
    try {
      return Files.readString(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
