// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.disk;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Named maps from text to text in one file. A change is in the file as a whole, or not at all, when
 * {@link #write} returns, and outlives a {@code kill -9}. Only a file that is found corrupt while
 * it is opened is put aside; what can still be read in it is taken over. Any other failure leaves
 * the file as it is, and the next use opens it again.
 *
 * <p>One thread touches the file: MVStore's channel would be closed by the interrupt of a caller.
 */
public final class MapFile implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger("crond.store");
  private static final int WRITES_BEFORE_COMPACTION = 100;
  private static final int FILL_RATE = 50;
  private static final int COMPACT_BYTES = 4 << 20;
  private static final int CHECKED_AT_ONCE = 500;

  private final Optional<MapFileOpening> disk;
  private final Set<String> later;
  private final Set<String> reported = new HashSet<>();
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread made = new Thread(task, "map-file");
            made.setDaemon(true);
            return made;
          });

  /** Whether what MVStore did shows that the file is damaged. */
  enum Doubt {
    NONE,
    /** All of it is checked when it is next opened. */
    SOME,
    /** It is replaced by what can be read when it is next opened. */
    CERTAIN
  }

  // All below are used by this thread only.
  private Optional<MVStore> store = Optional.empty();
  private Doubt doubt = Doubt.NONE;
  private boolean checkedLater;
  private boolean closed;
  private int writes;

  private MapFile(Optional<Path> path, String scheme, Clock clock, Set<String> later) {
    this.disk = path.map(file -> new MapFileOpening(file, scheme, clock, later, reported));
    this.later = later;
  }

  /**
   * The maps in the file at {@code path}, which is made if it is missing; without a path, in
   * memory. If the file cannot be opened at the moment, there is a warning and each use tries
   * again.
   *
   * @param later names of maps that are too large to be checked while the file is opened; they are
   *     checked from their first use on
   */
  public static MapFile open(Optional<Path> path, Clock clock, Set<String> later) {
    return open(path, "", clock, later);
  }

  /**
   * @param scheme of H2's file system to go through, with its colon
   */
  static MapFile open(Optional<Path> path, String scheme, Clock clock, Set<String> later) {
    MapFile file = new MapFile(path, scheme, clock, later);
    try {
      file.onThread(
          () -> {
            file.use(false, maps -> true);
            return true;
          });
    } catch (DiskException e) {
      LOG.atWarn()
          .addKeyValue("file", file.name())
          .addKeyValue("reason", MapStore.reason(e))
          .log("store file cannot be opened, retrying at each use");
    }
    return file;
  }

  private String name() {
    return disk.map(opening -> opening.file().toString()).orElse("memory");
  }

  /**
   * What {@code reader} finds.
   *
   * @throws DiskException if the file cannot be read at the moment
   */
  public <T> T read(Function<Maps, T> reader) {
    return onThread(() -> use(false, reader));
  }

  /**
   * Makes the changes that {@code writer} makes durable, all at once.
   *
   * @throws DiskException if they are not durable: none of them has been made
   */
  public void write(Consumer<Maps> writer) {
    onThread(
        () ->
            use(
                true,
                maps -> {
                  writer.accept(maps);
                  return true;
                }));
  }

  /** The maps, for one use. */
  public final class Maps {
    private final MVStore opened;
    private final Map<String, MVMap<String, String>> used = new TreeMap<>();

    private Maps(MVStore opened) {
      this.opened = opened;
    }

    /** The map of this name, empty if it is new. */
    public TextMap get(String name) {
      return new TextMap(used.computeIfAbsent(name, key -> MapStore.map(opened, key)), reported);
    }
  }

  private <T> T use(boolean writes, Function<Maps, T> action) {
    return use(writes, action, Doubt.NONE);
  }

  private <T> T use(boolean writes, Function<Maps, T> action, Doubt before) {
    T result;
    Maps maps;
    try {
      maps = new Maps(opened());
      result = action.apply(maps);
      if (writes) {
        MapStore.count(maps.opened, maps.used.values());
        maps.opened.commit();
      }
    } catch (Throwable e) {
      // Including OutOfMemoryError: callers try again after any exception.
      abandon();
      doubt = doubt(e, before);
      if (doubt.compareTo(before) > 0) {
        return use(writes, action, doubt);
      }
      throw new DiskException(
          name()
              + (writes ? " cannot be written, the change is not durable: " : " cannot be read: ")
              + MapStore.reason(e),
          e);
    }
    afterwards(writes, maps);
    return result;
  }

  /** Whether an exception of MVStore or of the action shows damage: first look, then renew. */
  private static Doubt doubt(Throwable e, Doubt before) {
    if (!MapStore.isDamage(e)) {
      return Doubt.NONE;
    }
    return before != Doubt.NONE && MapStore.isOfStore(e) ? Doubt.CERTAIN : Doubt.SOME;
  }

  private void afterwards(boolean written, Maps maps) {
    try {
      if (written && writes++ % WRITES_BEFORE_COMPACTION == 0) {
        maps.opened.compact(FILL_RATE, COMPACT_BYTES);
      }
    } catch (RuntimeException | OutOfMemoryError e) {
      // The change is durable; space is gained some other time.
      abandon();
    }
    if (!checkedLater && maps.used.keySet().stream().anyMatch(later::contains)) {
      checkedLater = true;
      later.forEach(name -> thread.execute(() -> checkLater(name, "")));
    }
  }

  /** A few entries, then whoever else waits for the file, then the next few. */
  private void checkLater(String name, String from) {
    if (store.isEmpty() || closed) {
      return;
    }
    try {
      MVMap<String, String> map = MapStore.map(store.get(), name);
      MapStore.check(map, from, CHECKED_AT_ONCE, reported)
          .ifPresent(next -> thread.execute(() -> checkLater(name, next)));
    } catch (RuntimeException | Error e) {
      doubt = doubt(e, Doubt.NONE);
      abandon();
    }
  }

  /** Forgets what is not durable. */
  private void abandon() {
    try {
      if (disk.isEmpty() && store.isPresent() && !store.get().isClosed()) {
        store.get().rollback();
        return;
      }
      store.ifPresent(MVStore::closeImmediately);
    } catch (RuntimeException | OutOfMemoryError e) {
      LOG.debug("store file cannot be closed", e);
    }
    store = Optional.empty();
  }

  private MVStore opened() throws IOException {
    if (closed) {
      throw new IOException("closed");
    }
    // It closes itself when a write fails; what was committed is in the file.
    if (store.isEmpty() || store.get().isClosed()) {
      store =
          Optional.of(disk.isPresent() ? disk.get().open(doubt) : MapStore.open(Optional.empty()));
      doubt = Doubt.NONE;
    }
    return store.get();
  }

  /** Waits for the result even if the caller is interrupted. */
  private <T> T onThread(Supplier<T> action) {
    try {
      return CompletableFuture.supplyAsync(action, thread).join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof DiskException known ? known : e;
    } catch (RejectedExecutionException e) {
      throw new DiskException(name() + " is closed", e);
    }
  }

  /** Closes the file; whatever fails then is a warning, as all that was written is durable. */
  @Override
  public void close() {
    if (thread.isShutdown()) {
      return;
    }
    onThread(
        () -> {
          closed = true;
          try {
            if (store.isPresent() && disk.isPresent()) {
              disk.get().shrink(store.get());
            }
            // MVStore's own close moves chunks, which an I/O error may leave on top of each other.
            store.ifPresent(MVStore::closeImmediately);
          } catch (IOException | RuntimeException | Error e) {
            LOG.atWarn()
                .addKeyValue("file", name())
                .addKeyValue("reason", MapStore.reason(e))
                .log("store file cannot be closed in order");
            abandon();
          }
          return true;
        });
    thread.shutdown();
  }
}
