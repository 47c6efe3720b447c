// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Most of it needs root, whose folder is nobody else's. */
class StoreFolderTest {
  private static final int NOBODY = 65534;

  @TempDir private Path parent;
  private Path folder;

  @BeforeEach
  void create() throws IOException {
    folder = Files.createDirectory(parent.resolve("store"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"rwxr-xr-x", "rwxrwx---", "rwxrwxrwx"})
  void anEmptyFolderBecomesPrivate(String mode) throws IOException {
    mode(folder, mode);
    StoreFolder.open(folder).close();
    assertThat(mode(folder)).isEqualTo("rwx------");
  }

  @Test
  void aFormatThatAFullDiskLeftEmptyIsTheFirst() throws IOException {
    Path format = folder.resolve("format");
    Files.writeString(format, "");
    mode(folder, "rwx------");
    StoreFolder.open(folder).close();
    assertThat(format).hasContent("1\n");
  }

  @Test
  void aFolderThatOthersCouldOnlyReadBecomesPrivate() throws IOException {
    Files.writeString(folder.resolve("store.mv"), "");
    mode(folder, "rwxr-xr-x");
    StoreFolder.open(folder).close();
    assertThat(mode(folder)).isEqualTo("rwx------");
  }

  @ParameterizedTest
  @ValueSource(strings = {"rwxrwx---", "rwxrwxr-x", "rwx----w-"})
  void rootRefusesAFolderThatOthersCouldHaveWrittenTo(String mode) throws IOException {
    assumeRoot();
    Files.writeString(folder.resolve("http-token"), "planted");
    mode(folder, mode);
    assertThatThrownBy(() -> StoreFolder.open(folder))
        .isInstanceOf(StoreException.class)
        .hasMessage(
            "store directory %s is writable by others (%s), which lets them run commands as"
                + " root: check its files, then run chmod 0700, or set crond.store.dir to"
                + " another directory",
            folder, mode);
    assertThat(mode(folder)).isEqualTo(mode);
  }

  @Test
  void rootRefusesAFolderForEverybodyEvenIfItIsEmpty() throws Exception {
    assumeRoot();
    assertThat(new ProcessBuilder("chmod", "1777", folder.toString()).start().waitFor()).isZero();
    assertThatThrownBy(() -> StoreFolder.open(folder)).hasMessageContaining("writable by others");
  }

  @Test
  void rootRefusesTheFolderOfAnotherUser() throws IOException {
    assumeRoot();
    own(folder);
    assertThatThrownBy(() -> StoreFolder.open(folder))
        .hasMessageStartingWith(
            "store directory " + folder + " belongs to uid 65534, which could run");
    Path link = Files.createSymbolicLink(parent.resolve("link"), folder);
    assertThatThrownBy(() -> StoreFolder.open(link)).hasMessageContaining("belongs to uid 65534");
  }

  @Test
  void aLinkInPlaceOfTheLockIsNotFollowed() throws IOException {
    Path victim = Files.writeString(parent.resolve("victim"), "as it was");
    Files.createSymbolicLink(folder.resolve("lock"), victim);
    assertThatThrownBy(() -> StoreFolder.open(folder))
        .hasMessage(
            folder.resolve("lock")
                + " is not a regular file and may come from another user: inspect and"
                + " remove it");
    assertThat(victim).hasContent("as it was");
  }

  @Test
  void handsOutNoLinkNoHardLinkAndNoFileOfAnother() throws IOException {
    Path victim = Files.writeString(parent.resolve("victim"), "");
    try (StoreFolder store = StoreFolder.open(folder)) {
      assertThat(store.file("runs.journal")).contains(folder.resolve("runs.journal"));
      Files.createSymbolicLink(folder.resolve("runs.journal"), victim);
      assertThatThrownBy(() -> store.file("runs.journal"))
          .hasMessageContaining("is not a regular file");
      Files.createDirectory(folder.resolve("spool"));
      assertThatThrownBy(() -> store.file("spool")).hasMessageContaining("not a regular file");
      Files.createLink(folder.resolve("store.mv"), victim);
      assertThatThrownBy(() -> store.file("store.mv"))
          .hasMessageContaining("more than one hard link");
      assumeRoot();
      own(Files.writeString(folder.resolve("http-token"), "planted"));
      assertThatThrownBy(() -> store.file("http-token"))
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("belongs to uid 65534");
    }
  }

  @Test
  void theLockIsReadableByItsOwnerOnly() throws IOException {
    StoreFolder.open(folder).close();
    assertThat(mode(folder.resolve("lock"))).isEqualTo("rw-------");
  }

  private static void own(Path file) throws IOException {
    Files.setAttribute(file, "unix:uid", NOBODY);
  }

  private static void mode(Path file, String mode) throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
  }

  private static String mode(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  private static void assumeRoot() {
    assumeTrue("root".equals(System.getProperty("user.name")));
  }
}
