// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.h2.mvstore.type.StringDataType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one file of the embedded store: opened, committed, compacted, replaced when damaged. */
final class StoreFile {
  private static final Logger LOG = LoggerFactory.getLogger(StoreFile.class);
  private static final int COMMITS_BEFORE_COMPACTION = 100;
  private static final int FILL_RATE = 50;
  private static final int COMPACT_BYTES = 4 << 20;
  private static final int CACHE_MEGABYTES = 4;
  // Space of old states is used again after so long; a kill needs none of them, a power cut may.
  private static final int RETENTION_MILLIS = 5_000;
  private static final int COMPACTION_MILLIS_AT_CLOSE = 200;

  private final Optional<Path> path;
  private final Clock clock;
  private MVStore store;
  private int commits;

  private StoreFile(Optional<Path> path, Clock clock) {
    this.path = path;
    this.clock = clock;
  }

  static StoreFile open(Path path, Clock clock) {
    return new StoreFile(Optional.of(path), clock).opened();
  }

  static StoreFile inMemory(Clock clock) {
    return new StoreFile(Optional.empty(), clock).opened();
  }

  private StoreFile opened() {
    try {
      store = openStore();
      readAll();
    } catch (MVStoreException e) {
      replace(e);
    }
    path.ifPresent(StoreFile::hide);
    return this;
  }

  /** The map of this name, empty if it is new. */
  static MVMap<String, String> map(MVStore store, String name) {
    // Not the default type, which would take Java objects from the file.
    return store.openMap(
        name,
        new MVMap.Builder<String, String>()
            .keyType(StringDataType.INSTANCE)
            .valueType(StringDataType.INSTANCE));
  }

  /** What {@code reader} finds. */
  synchronized <T> T read(Function<MVStore, T> reader) {
    try {
      return reader.apply(usable());
    } catch (MVStoreException e) {
      replace(e);
      return reader.apply(store);
    }
  }

  /** Does what {@code writer} does, and commits it. */
  synchronized void write(Consumer<MVStore> writer) {
    try {
      writer.accept(usable());
      commit();
    } catch (MVStoreException e) {
      replace(e);
      writer.accept(store);
      commit();
    }
  }

  private MVStore usable() {
    if (store.isClosed()) {
      // It closes itself when a write fails; what was committed is in the file.
      store = openStore();
    }
    return store;
  }

  private void commit() {
    store.commit();
    if (++commits % COMMITS_BEFORE_COMPACTION == 0) {
      store.compact(FILL_RATE, COMPACT_BYTES);
    }
  }

  synchronized void close() {
    store.close(COMPACTION_MILLIS_AT_CLOSE);
  }

  private MVStore openStore() {
    // Without its own thread: it would wake ten times a second, and commits are ours.
    MVStore.Builder builder =
        new MVStore.Builder().autoCommitDisabled().compress().cacheSize(CACHE_MEGABYTES);
    path.ifPresent(file -> builder.fileName(file.toString()));
    MVStore opened = builder.open();
    opened.setRetentionTime(RETENTION_MILLIS);
    return opened;
  }

  /** Finds damage now rather than in the middle of a night; histories are read when needed. */
  private void readAll() {
    for (String name : store.getMapNames()) {
      if (!name.equals("runs")) {
        map(store, name).forEach((key, value) -> {});
      }
    }
  }

  /** Goes on with an empty file if {@code damage} is damage, else throws it. */
  private void replace(MVStoreException damage) {
    if (damage.getErrorCode() == DataUtils.ERROR_FILE_LOCKED) {
      throw new StoreException(path.map(Path::toString).orElse("store") + " is in use", damage);
    }
    if (path.isEmpty() || !isDamage(damage.getErrorCode())) {
      throw damage;
    }
    if (store != null) {
      store.closeImmediately();
    }
    Path aside = aside(path.get());
    LOG.warn(
        "store {} is damaged, it was moved to {} and a new one begun: {}",
        path.get(),
        aside.getFileName(),
        damage.getMessage());
    store = openStore();
    hide(path.get());
  }

  private static boolean isDamage(int code) {
    return code == DataUtils.ERROR_FILE_CORRUPT
        || code == DataUtils.ERROR_UNSUPPORTED_FORMAT
        || code == DataUtils.ERROR_SERIALIZATION
        || code == DataUtils.ERROR_CHUNK_NOT_FOUND
        || code == DataUtils.ERROR_INTERNAL
        || code == DataUtils.ERROR_READING_FAILED;
  }

  private Path aside(Path file) {
    String when =
        DateTimeFormatter.ISO_INSTANT
            .format(clock.instant().truncatedTo(ChronoUnit.SECONDS))
            .replace(":", "");
    Path aside = file.resolveSibling(file.getFileName() + ".damaged-" + when);
    try {
      return Files.move(file, aside);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Commands and outputs are not for everybody. */
  private static void hide(Path file) {
    try {
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    } catch (IOException e) {
      LOG.warn("permissions of {} cannot be set: {}", file, e.toString());
    }
  }
}
