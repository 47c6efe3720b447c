// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.disk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
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
  private static final long SMALL = 1 << 20;
  private static final int CHECKED_AT_ONCE = 500;

  private final Optional<Path> path;
  private final String scheme;
  private final Clock clock;
  private final Set<String> later;
  private final Set<String> reported = new HashSet<>();
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread made = new Thread(task, "map-file");
            made.setDaemon(true);
            return made;
          });

  // All below are used by this thread only.
  private Optional<MVStore> store = Optional.empty();
  private boolean suspect;
  private boolean checkedLater;
  private boolean closed;
  private int writes;

  private MapFile(Optional<Path> path, String scheme, Clock clock, Set<String> later) {
    this.path = path;
    this.scheme = scheme;
    this.clock = clock;
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
    return path.map(Path::toString).orElse("memory");
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
    boolean sound = !suspect;
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
      suspect |= MapStore.isDamage(e);
      abandon();
      if (sound && suspect) {
        // The file is checked as a whole while it is opened, and mended if it is damaged.
        return use(writes, action);
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
      suspect |= MapStore.isDamage(e);
      abandon();
    }
  }

  /** Forgets what is not durable. */
  private void abandon() {
    try {
      if (path.isEmpty() && store.isPresent() && !store.get().isClosed()) {
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
          Optional.of(
              path.isPresent() ? openFile(path.get()) : MapStore.open(path.map(Path::toString)));
      checkedLater = checkedLater && !suspect;
      suspect = false;
    }
    return store.get();
  }

  private MVStore openFile(Path file) throws IOException {
    Path copy = copy(file);
    if (Files.notExists(file) && Files.exists(copy)) {
      // A kill came between putting a damaged file aside and this.
      Files.move(copy, file);
    }
    boolean made = Files.notExists(file);
    Optional<MVStore> opened = Optional.empty();
    try {
      opened = Optional.of(MapStore.open(Optional.of(scheme + file)));
      hide(file);
      if (isOutdated(file, opened.get())) {
        // An I/O error on the way to the last state does not stop MVStore either.
        opened.get().closeImmediately();
        opened = Optional.of(MapStore.open(Optional.of(scheme + file)));
      }
      if (!MapStore.isPlain(opened.get())) {
        checkVersion(file, opened.get());
        MapStore.check(opened.get(), suspect ? Set.of() : later, reported);
        Files.deleteIfExists(copy);
        return opened.get();
      }
      if (!rewrite(opened.get(), copy)) {
        DamagedFile.putAside(file, "not all of it can be read", clock);
      }
    } catch (Throwable e) {
      if (!MapStore.isDamage(e)) {
        opened.ifPresent(MVStore::closeImmediately);
        if (made) {
          Files.deleteIfExists(file);
        }
        throw e;
      }
      Files.deleteIfExists(copy);
      if (opened.isPresent()) {
        rewrite(opened.get(), copy);
      }
      DamagedFile.putAside(file, MapStore.reason(e), clock);
    }
    if (Files.exists(copy)) {
      Files.move(copy, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
    MVStore renewed = MapStore.open(Optional.of(scheme + file));
    hide(file);
    return renewed;
  }

  private static boolean isOutdated(Path file, MVStore opened) throws IOException {
    return ChunkVersions.of(file).complete() > opened.getCurrentVersion();
  }

  private static void checkVersion(Path file, MVStore opened) throws IOException {
    if (isOutdated(file, opened)) {
      throw MapStore.corrupt("its last state cannot be read, the one taken over is older");
    }
    if (ChunkVersions.of(file).begun() > opened.getCurrentVersion()) {
      LOG.atWarn()
          .addKeyValue("file", file)
          .log("the last change in the file is incomplete, the state before it is used");
    }
  }

  /** Writes what can be read to a new file; closes the old one; whether that was all. */
  private boolean rewrite(MVStore from, Path copy) throws IOException {
    Files.deleteIfExists(copy);
    boolean finished = false;
    try {
      MVStore to = MapStore.open(Optional.of(scheme + copy));
      try {
        hide(copy);
        boolean all = MapStore.copy(from, to, reported);
        to.commit();
        finished = true;
        return all;
      } finally {
        to.closeImmediately();
      }
    } finally {
      from.closeImmediately();
      if (!finished) {
        Files.deleteIfExists(copy);
      }
    }
  }

  /** Replaces a file of which little is in use by a copy of that. */
  private void shrink(MVStore opened, Path file) throws IOException {
    Path copy = copy(file);
    if (Files.size(file) > SMALL
        && opened.getFileStore().getChunksFillRate() < FILL_RATE
        && rewrite(opened, copy)) {
      Files.move(copy, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
    Files.deleteIfExists(copy);
  }

  private static Path copy(Path file) {
    return file.resolveSibling(file.getFileName() + ".new");
  }

  /** Commands and outputs are not for everybody. */
  private static void hide(Path file) {
    try {
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    } catch (IOException e) {
      LOG.atWarn()
          .addKeyValue("file", file)
          .addKeyValue("reason", e.toString())
          .log("cannot set permissions");
    }
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
            if (store.isPresent() && path.isPresent()) {
              shrink(store.get(), path.get());
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
