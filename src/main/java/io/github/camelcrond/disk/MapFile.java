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
 * Named maps from text to text in one file. {@link #write} is atomic, and its changes survive a
 * {@code kill -9} once it has returned. Only a file that is found corrupt while it is opened is put
 * aside; its readable entries are copied to the new file. Any other failure leaves the file
 * unchanged, and the next use opens it again.
 *
 * <p>A single thread uses the file, as an interrupt of a caller would close MVStore's channel.
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

  /** Whether the file may be damaged, to judge by the exceptions of MVStore. */
  enum Doubt {
    NONE,
    /** The whole file is checked when it is next opened. */
    SOME,
    /** The file is replaced by its readable entries when it is next opened. */
    CERTAIN
  }

  // Used by this thread only.
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
   * The maps in the file at {@code path}, which is created if it is missing; without a path, in
   * memory. If the file cannot be opened at the moment, a warning is logged and each use retries.
   *
   * @param later names of maps that are too large to be checked while the file is opened; they are
   *     checked in the background after their first use
   */
  public static MapFile open(Optional<Path> path, Clock clock, Set<String> later) {
    return open(path, "", clock, later);
  }

  /**
   * @param scheme of the H2 file system to use, including the colon
   */
  static MapFile open(Optional<Path> path, String scheme, Clock clock, Set<String> later) {
    MapFile file = new MapFile(path, scheme, clock, later);
    try {
      file.read(maps -> true);
    } catch (DiskException e) {
      LOG.atWarn()
          .addKeyValue("file", file.name())
          .addKeyValue("reason", MapStore.reason(e))
          .log("cannot open store file, retrying at next use");
    }
    return file;
  }

  private String name() {
    return disk.map(opening -> opening.file().toString()).orElse("memory");
  }

  /**
   * The result of {@code reader}.
   *
   * @throws DiskException if the file cannot be read at the moment
   */
  public <T> T read(Function<Maps, T> reader) {
    return onThread(() -> use(false, reader, Doubt.NONE));
  }

  /**
   * Makes all changes of {@code writer} durable.
   *
   * @throws DiskException if that fails: none of them has been made
   */
  public void write(Consumer<Maps> writer) {
    onThread(
        () ->
            use(
                true,
                maps -> {
                  writer.accept(maps);
                  return true;
                },
                Doubt.NONE));
  }

  /** The maps, valid for one use. */
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
              + (writes ? " cannot be written, the change is not saved: " : " cannot be read: ")
              + MapStore.reason(e),
          e);
    }
    afterwards(writes, maps);
    return result;
  }

  /** The doubt after an exception: the first leads to a check, another one to a new file. */
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
      // The change is durable; disk space is reclaimed later.
      abandon();
    }
    if (!checkedLater && maps.used.keySet().stream().anyMatch(later::contains)) {
      checkedLater = true;
      later.forEach(name -> thread.execute(() -> checkLater(name, "")));
    }
  }

  /** Checks some entries, then lets other uses of the file go first. */
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

  /** Discards changes that are not durable. */
  private void abandon() {
    try {
      if (disk.isEmpty() && store.isPresent() && !store.get().isClosed()) {
        store.get().rollback();
        return;
      }
      store.ifPresent(MVStore::closeImmediately);
    } catch (RuntimeException | OutOfMemoryError e) {
      LOG.atDebug().setCause(e).log("cannot close store file");
    }
    store = Optional.empty();
  }

  private MVStore opened() throws IOException {
    if (closed) {
      throw new IOException("closed");
    }
    // MVStore closes itself when a write fails; what was committed is in the file.
    if (store.isEmpty() || store.get().isClosed()) {
      store =
          Optional.of(disk.isPresent() ? disk.get().open(doubt) : MapStore.open(Optional.empty()));
      doubt = Doubt.NONE;
    }
    return store.get();
  }

  /** The result of {@code action}, for which this waits even if the caller is interrupted. */
  private <T> T onThread(Supplier<T> action) {
    try {
      return CompletableFuture.supplyAsync(action, thread).join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof DiskException known ? known : e;
    } catch (RejectedExecutionException e) {
      throw new DiskException(name() + " is closed", e);
    }
  }

  /** Closes the file. A failure is only logged, as all changes are durable. */
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
            // MVStore's usual close moves chunks, which may overlap after an I/O error.
            store.ifPresent(MVStore::closeImmediately);
          } catch (IOException | RuntimeException | Error e) {
            LOG.atWarn()
                .addKeyValue("file", name())
                .addKeyValue("reason", MapStore.reason(e))
                .log("store file not closed cleanly");
            abandon();
          }
          return true;
        });
    thread.shutdown();
  }
}
