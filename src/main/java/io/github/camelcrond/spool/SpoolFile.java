// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.spool;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.ObjLongConsumer;
import java.util.function.Supplier;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.h2.mvstore.type.ByteArrayDataType;
import org.h2.mvstore.type.LongDataType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file of the spool: messages by number. What {@link #commit} has returned for outlives a kill
 * of the process, not of the machine. One thread reads and writes: it is never interrupted, which
 * would close the file.
 */
final class SpoolFile implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger("crond.spool");
  private static final int CACHE_MEGABYTES = 4;
  private static final int COMPACT_EVERY = 200;
  private static final int FILL_RATE = 60;
  private static final int COMPACT_BYTES = 8 << 20;

  private final Optional<Path> path;
  private final Map<Long, Optional<byte[]>> unwritten = new LinkedHashMap<>();
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread made = new Thread(task, "spool-file");
            made.setDaemon(true);
            return made;
          });
  private MVStore store;
  private MVMap<Long, byte[]> messages;
  private boolean failed;
  private long changes;
  private long committed;
  private int commits;

  private SpoolFile(Optional<Path> path) {
    this.path = path;
  }

  /** The spool at {@code path}, or one in memory; a damaged one is put aside. */
  static SpoolFile open(Optional<Path> path) {
    SpoolFile file = new SpoolFile(path);
    file.onThread(
        () -> {
          try {
            file.openStore();
          } catch (MVStoreException e) {
            file.putAside(e);
          }
          return true;
        });
    return file;
  }

  private void openStore() {
    MVStore.Builder builder =
        new MVStore.Builder().autoCommitDisabled().cacheSize(CACHE_MEGABYTES).pageSplitSize(8192);
    path.ifPresent(file -> builder.fileName(file.toString()));
    store = builder.open();
    // Space is used again at once: it is the process that may be killed, its writes are not lost.
    store.setRetentionTime(0);
    messages =
        store.openMap(
            "messages",
            new MVMap.Builder<Long, byte[]>()
                .keyType(LongDataType.INSTANCE)
                .valueType(ByteArrayDataType.INSTANCE));
    path.ifPresent(SpoolFile::hide);
  }

  private void putAside(MVStoreException damage) {
    Path file = path.orElseThrow(() -> damage);
    Path aside = file.resolveSibling(file.getFileName() + ".damaged");
    LOG.warn(
        "spool {} is damaged, it is moved to {} and a new one begun reason={}",
        file,
        aside.getFileName(),
        damage.getMessage());
    try {
      Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    openStore();
  }

  private static void hide(Path file) {
    try {
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    } catch (IOException e) {
      LOG.warn("permissions of {} cannot be set: {}", file, e.toString());
    }
  }

  /** The number that comes after all in use. */
  long next() {
    return onThread(
        () -> {
          Long last = messages.lastKey();
          return last == null ? 0 : last + 1;
        });
  }

  /** Shows each message with its number, in order. */
  void forEach(ObjLongConsumer<byte[]> visitor) {
    onThread(
        () -> {
          for (Iterator<Long> keys = messages.keyIterator(null); keys.hasNext(); ) {
            long id = keys.next();
            visitor.accept(messages.get(id), id);
          }
          return true;
        });
  }

  /** Puts a message in; it is on disk after the next {@link #commit}. */
  void put(long id, byte[] message) {
    change(id, Optional.of(message));
  }

  /** Takes a message out; a kill before the next {@link #commit} brings it back. */
  void remove(long id) {
    change(id, Optional.empty());
  }

  private synchronized void change(long id, Optional<byte[]> message) {
    unwritten.put(id, message);
    changes++;
  }

  /** The message with number {@code id}. */
  Optional<byte[]> get(long id) {
    synchronized (this) {
      if (unwritten.containsKey(id)) {
        return unwritten.get(id);
      }
    }
    return onThread(
        () -> {
          try {
            return Optional.ofNullable(messages.get(id));
          } catch (MVStoreException e) {
            warn(e);
            return Optional.empty();
          }
        });
  }

  /**
   * Writes all changes made before.
   *
   * @return false if they could not be written; the next call tries again
   */
  boolean commit() {
    long wanted;
    synchronized (this) {
      wanted = changes;
      if (committed >= wanted) {
        return true;
      }
    }
    return onThread(() -> write(wanted));
  }

  /** The first of several callers writes for all of them. */
  private boolean write(long wanted) {
    Map<Long, Optional<byte[]>> now;
    long upTo;
    synchronized (this) {
      if (committed >= wanted) {
        return true;
      }
      now = new LinkedHashMap<>(unwritten);
      upTo = changes;
    }
    try {
      if (store.isClosed()) {
        // It closes itself when a write fails.
        openStore();
      }
      now.forEach(this::apply);
      store.commit();
      if (++commits % COMPACT_EVERY == 0) {
        store.compact(FILL_RATE, COMPACT_BYTES);
      }
    } catch (MVStoreException e) {
      warn(e);
      return false;
    }
    synchronized (this) {
      now.forEach(unwritten::remove);
      committed = upTo;
      failed = false;
    }
    return true;
  }

  private void apply(long id, Optional<byte[]> message) {
    if (message.isPresent()) {
      messages.put(id, message.get());
    } else {
      messages.remove(id);
    }
  }

  private void warn(MVStoreException e) {
    if (!failed) {
      failed = true;
      LOG.warn(
          "spool cannot be written, a kill loses messages from now on reason={}", e.getMessage());
    }
  }

  /** Goes on if the caller is interrupted. */
  private <T> T onThread(Supplier<T> action) {
    return CompletableFuture.supplyAsync(action, thread).join();
  }

  @Override
  public void close() {
    onThread(
        () -> {
          store.close();
          return true;
        });
    thread.shutdown();
  }
}
