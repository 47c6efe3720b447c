// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HttpTokenTest {
  @TempDir private Path folder;

  @Test
  void isMadeOnceAndReadableByItsOwnerOnly() throws IOException {
    Path file = folder.resolve("http-token");
    HttpToken made = HttpToken.in(file);
    assertThat(made.text()).hasSizeGreaterThanOrEqualTo(32);
    assertThat(HttpToken.in(file).text()).isEqualTo(made.text());
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }

  @Test
  void anEmptyFileHoldsNone() throws IOException {
    Path file = Files.writeString(folder.resolve("http-token"), "\n");
    assertThat(HttpToken.read(file)).isEmpty();
    assertThat(HttpToken.in(file).text()).isNotBlank();
  }

  @Test
  void isNotReadThroughALink() throws IOException {
    Path planted = Files.writeString(folder.resolve("planted"), "abc");
    Path file = Files.createSymbolicLink(folder.resolve("http-token"), planted);
    assertThatThrownBy(() -> HttpToken.read(file)).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> HttpToken.in(file)).isInstanceOf(IOException.class);
  }

  @Test
  void isNotReadFromAFileThatAnotherUserHasPutThere() throws IOException {
    assumeTrue("root".equals(System.getProperty("user.name")));
    Path file = Files.writeString(folder.resolve("http-token"), "abc");
    Files.setAttribute(file, "unix:uid", 65534);
    assertThatThrownBy(() -> HttpToken.in(file)).hasMessageContaining("belongs to uid 65534");
  }

  @Test
  void isAnotherEachTime() {
    assertThat(HttpToken.random().text()).isNotEqualTo(HttpToken.random().text());
  }

  @Test
  void saysNothingOfItself() {
    assertThat(new HttpToken("abc")).hasToString("HttpToken");
  }

  @Test
  void standsInTheLinkBehindTheHash() {
    assertThat(DashboardLink.of("http://localhost:1", new HttpToken("abc")))
        .isEqualTo("http://localhost:1/#token=abc");
  }

  @Test
  void aFileIsNoTerminal() throws IOException {
    Path link = Files.createSymbolicLink(folder.resolve("1"), folder.resolve("log"));
    assertThat(DashboardLink.isTerminal(link)).isFalse();
    Path terminal = Files.createSymbolicLink(folder.resolve("2"), Path.of("/dev/pts/0"));
    assertThat(DashboardLink.isTerminal(terminal)).isTrue();
  }
}
