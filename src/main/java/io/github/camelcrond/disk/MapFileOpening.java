// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.disk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.Optional;
import java.util.Set;
import org.h2.mvstore.MVStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens the MVStore of a {@link MapFile}: checks it, or puts it aside and replaces it by its
 * readable entries.
 *
 * @param scheme of the H2 file system to use, including the colon; empty for the default one
 * @param later names of maps that are not checked while the file is opened
 * @param reported values that a warning has been written for
 */
record MapFileOpening(
    Path file, String scheme, Clock clock, Set<String> later, Set<String> reported) {
  private static final Logger LOG = LoggerFactory.getLogger("crond.store");
  private static final int FILL_RATE = 50;
  private static final long SMALL = 1 << 20;

  /**
   * Opens the file and verifies its contents.
   *
   * @param doubt how much of it is checked
   * @throws IOException if it cannot be opened at the moment
   */
  MVStore open(MapFile.Doubt doubt) throws IOException {
    Path copy = copy();
    if (Files.notExists(file) && Files.exists(copy)) {
      // The process was killed after a damaged file was put aside, before this step.
      Files.move(copy, file);
    }
    boolean made = Files.notExists(file);
    Optional<MVStore> opened = Optional.empty();
    try {
      opened = Optional.of(MapStore.open(Optional.of(scheme + file)));
      hide(file);
      ChunkVersions versions = ChunkVersions.of(file);
      if (versions.complete() > opened.get().getCurrentVersion()) {
        // A temporary I/O error also makes MVStore open an older state.
        opened.get().closeImmediately();
        opened = Optional.of(MapStore.open(Optional.of(scheme + file)));
      }
      checkVersion(opened.get(), versions);
      MapStore.check(opened.get(), doubt == MapFile.Doubt.NONE ? later : Set.of(), reported);
      if (doubt == MapFile.Doubt.CERTAIN) {
        throw MapStore.corrupt("it is readable but unusable");
      }
      Files.deleteIfExists(copy);
      return opened.get();
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

  private void checkVersion(MVStore store, ChunkVersions versions) {
    long opened = store.getCurrentVersion();
    if (versions.complete() > 0 && store.getMapNames().isEmpty()) {
      // MVStore takes a damaged root for that of an empty store.
      throw MapStore.corrupt("the list of its maps cannot be read");
    }
    if (versions.complete() > opened) {
      throw MapStore.corrupt("its last state is unreadable, an older state is used");
    }
    if (versions.begun() > opened) {
      LOG.atWarn()
          .addKeyValue("file", file)
          .log("last change in the file is incomplete, using the state before it");
    }
  }

  /** Copies the readable entries to a new file and closes the old one; whether that was all. */
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

  /** Replaces a file that is mostly unused by a copy of its entries. */
  void shrink(MVStore opened) throws IOException {
    Path copy = copy();
    if (Files.size(file) > SMALL
        && opened.getFileStore().getChunksFillRate() < FILL_RATE
        && rewrite(opened, copy)) {
      Files.move(copy, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
    Files.deleteIfExists(copy);
  }

  private Path copy() {
    return file.resolveSibling(file.getFileName() + ".new");
  }

  /** Commands and outputs are private. */
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
}
