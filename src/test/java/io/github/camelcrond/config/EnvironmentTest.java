// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnvironmentTest {
  @TempDir Path folder;

  @Test
  void keepsLettersThatTheLocaleHasNot() throws IOException {
    Path environ = Files.writeString(folder.resolve("environ"), "A=grün €\0B=x=y\0C=\0odd\0");
    assertThat(Environment.of(environ, Map.of()))
        .isEqualTo(Map.of("A", "grün €", "B", "x=y", "C", ""));
  }

  @Test
  void isThatOfTheLauncherWhichHandsACopyOver() throws IOException {
    String copy = Base64.getMimeEncoder().encodeToString("spring.profiles=prod\0".getBytes());
    Path environ =
        Files.writeString(folder.resolve("environ"), "A=b\0CROND_ENVIRON=" + copy + "\0");

    assertThat(Environment.of(environ, Map.of())).isEqualTo(Map.of("spring.profiles", "prod"));
  }

  @Test
  void keepsBytesThatAreNotUtf8() throws IOException {
    byte[] bytes = {'A', '=', 'g', (byte) 0xfc, (byte) 0xe2, (byte) 0x82, 0};
    Path environ = Files.write(folder.resolve("environ"), bytes);

    assertThat(RawText.encode(Environment.of(environ, Map.of()).get("A")))
        .isEqualTo(new byte[] {'g', (byte) 0xfc, (byte) 0xe2, (byte) 0x82});
    assertThat(RawText.encode("grün 😀")).isEqualTo("grün 😀".getBytes(StandardCharsets.UTF_8));
    assertThat(RawText.decode(RawText.encode("grün 😀"))).isEqualTo("grün 😀");
  }

  @Test
  void isThatOfJavaWhereItCannotBeRead() {
    assertThat(Environment.of(folder.resolve("none"), Map.of("A", "b"))).containsEntry("A", "b");
  }

  @Test
  void namesTheVariablesOfThisProcess() {
    assertThat(Environment.get().keySet()).isEqualTo(System.getenv().keySet());
  }
}
