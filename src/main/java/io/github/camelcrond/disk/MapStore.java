// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.disk;

import io.github.camelcrond.config.ErrorText;
import java.io.EOFException;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.h2.mvstore.Cursor;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.h2.mvstore.Page;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The functions on MVStore that {@link MapFile} needs: options, checks that MVStore does not make,
 * and what counts as damage.
 */
final class MapStore {
  private static final Logger LOG = LoggerFactory.getLogger("crond.store");

  /** The name of the map with the number of entries of each map. */
  private static final String COUNTS = "counts";

  // Pages of old states are reused after this time. Only a power failure would need them longer.
  private static final int RETENTION_MILLIS = 5_000;
  private static final int MAX_CACHE_MEGABYTES = 4;
  private static final int HEAP_PER_CACHE_SHIFT = 25;

  private MapStore() {}

  /** A store with this file, or in memory. */
  static MVStore open(Optional<String> file) {
    long share = Runtime.getRuntime().maxMemory() >> HEAP_PER_CACHE_SHIFT;
    // No thread of MVStore, which would wake ten times a second, and no automatic commits, which
    // would make half a change durable.
    MVStore.Builder builder =
        new MVStore.Builder()
            .autoCommitDisabled()
            .autoCommitBufferSize(0)
            .compress()
            .cacheSize((int) Math.max(1, Math.min(MAX_CACHE_MEGABYTES, share)));
    file.ifPresent(builder::fileName);
    MVStore store = builder.open();
    store.setRetentionTime(RETENTION_MILLIS);
    return store;
  }

  /** The map of this name, empty if it is new. */
  static MVMap<String, String> map(MVStore store, String name) {
    // Not the default type, which would read Java objects from the file.
    return store.openMap(
        name,
        new MVMap.Builder<String, String>().keyType(CheckedText.TYPE).valueType(CheckedText.TYPE));
  }

  /** Stores the number of entries of each of {@code maps}, as part of a change. */
  static void count(MVStore store, Iterable<MVMap<String, String>> maps) {
    MVMap<String, String> counts = map(store, COUNTS);
    for (MVMap<String, String> map : maps) {
      String count = CheckedText.seal(map.getName(), Long.toString(map.sizeAsLong()));
      // The last one may be damaged.
      if (!count.equals(counts.get(map.getName()))) {
        counts.put(map.getName(), count);
      }
    }
  }

  /**
   * Reads all maps but those in {@code later}.
   *
   * @param reported values that a warning has been written for
   * @throws RuntimeException if the file is damaged or cannot be read
   */
  static void check(MVStore store, Set<String> later, Set<String> reported) {
    Map<String, String> counts = new TreeMap<>();
    boolean counted = store.hasMap(COUNTS);
    if (counted) {
      counts.putAll(new TextMap(map(store, COUNTS), reported).entries(""));
    }
    // Without that map, the file may have lost others, too.
    if (counts.isEmpty() && (counted || store.getMapNames().stream().anyMatch(store::hasData))) {
      throw corrupt("the numbers of its entries cannot be read");
    }
    for (String name : store.getMapNames()) {
      MVMap<String, String> map = map(store, name);
      if (!later.contains(name)) {
        check(map, "", Long.MAX_VALUE, reported);
      }
    }
    counts.forEach(
        (name, count) -> {
          long found = store.hasMap(name) ? map(store, name).sizeAsLong() : 0;
          if (found != Long.parseLong(count)) {
            LOG.atWarn()
                .addKeyValue("map", name)
                .addKeyValue("written", count)
                .addKeyValue("found", found)
                .log("stored entries are missing");
          }
        });
  }

  /**
   * Checks up to {@code limit} entries from the key {@code from}: each must match its checksum and
   * be found by its key.
   *
   * @return the key to continue with; empty after the last one
   */
  static Optional<String> check(
      MVMap<String, String> map, String from, long limit, Set<String> reported) {
    long left = limit;
    for (Cursor<String, String> entries = map.cursor(from); entries.hasNext(); left--) {
      String key = entries.next();
      if (left == 0) {
        return Optional.of(key);
      }
      if (!map.containsKey(key)) {
        throw corrupt("key out of order in map " + map.getName());
      }
      if (CheckedText.open(key, entries.getValue()).isEmpty()) {
        TextMap.report(map.getName(), key, reported);
      }
    }
    return Optional.empty();
  }

  /** A finding that {@link #isDamage counts as damage}. */
  static MVStoreException corrupt(String what) {
    return DataUtils.newMVStoreException(DataUtils.ERROR_FILE_CORRUPT, what);
  }

  /**
   * Copies all readable entries of {@code from} to {@code to}.
   *
   * @param reported values that a warning has been written for
   * @return whether that was all
   */
  static boolean copy(MVStore from, MVStore to, Set<String> reported) {
    boolean all = true;
    for (String name : from.getMapNames()) {
      if (!name.equals(COUNTS)) {
        TextMap target = new TextMap(map(to, name), reported);
        all &= readable(name, () -> copy(map(from, name).getRootPage(), target, reported));
        count(to, Set.of(map(to, name)));
        // In parts, to save memory; the file is not in use yet.
        to.commit();
      }
    }
    return all;
  }

  /** Copies page by page, as a cursor would end at the first page that cannot be read. */
  private static boolean copy(Page<String, String> page, TextMap target, Set<String> reported) {
    String map = page.map.getName();
    boolean all = true;
    for (int i = 0; page.isLeaf() && i < page.getKeyCount(); i++) {
      String key = page.getKey(i);
      Optional<String> value = CheckedText.open(key, page.getValue(i));
      all &= value.isPresent();
      value.ifPresentOrElse(
          text -> target.put(key, text), () -> TextMap.report(map, key, reported));
    }
    for (int i = 0; !page.isLeaf() && i < page.getRawChildPageCount(); i++) {
      int child = i;
      all &= readable(map, () -> copy(page.getChildPage(child), target, reported));
    }
    return all;
  }

  private static boolean readable(String map, BooleanSupplier copy) {
    try {
      return copy.getAsBoolean();
    } catch (RuntimeException | StackOverflowError | AssertionError e) {
      if (!isDamage(e)) {
        throw e;
      }
      LOG.atWarn()
          .addKeyValue("map", map)
          .addKeyValue("reason", reason(e))
          .log("skipping unreadable stored entries");
      return false;
    }
  }

  /**
   * Whether {@code failure} shows that the contents of the file are wrong, rather than that they
   * could not be read or written this time: no memory, no descriptor, no space, an I/O error, an
   * interrupt. Garbage that is parsed may end in any RuntimeException.
   */
  static boolean isDamage(Throwable failure) {
    boolean damage = true;
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      damage &=
          !(cause instanceof OutOfMemoryError)
              && !(cause instanceof InterruptedException)
              && (!(cause instanceof IOException) || cause instanceof EOFException)
              && !(cause instanceof MVStoreException e && isOfTheMoment(e.getErrorCode()));
    }
    return damage;
  }

  /** Whether {@code failure} came from MVStore rather than from its user. */
  static boolean isOfStore(Throwable failure) {
    boolean found = false;
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      found |= cause instanceof MVStoreException || cause instanceof AssertionError;
    }
    return found;
  }

  private static boolean isOfTheMoment(int code) {
    return code == DataUtils.ERROR_FILE_LOCKED
        || code == DataUtils.ERROR_WRITING_FAILED
        || code == DataUtils.ERROR_CLOSED;
  }

  /** The innermost message, without MVStore's version in brackets. */
  static String reason(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return ErrorText.of(cause).replaceFirst(" \\[[0-9.]+/\\d+]$", "");
  }
}
