// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
  void isThatOfJavaWhereItCannotBeRead() {
    assertThat(Environment.of(folder.resolve("none"), Map.of("A", "b"))).containsEntry("A", "b");
  }

  @Test
  void namesTheVariablesOfThisProcess() {
    assertThat(Environment.get().keySet()).isEqualTo(System.getenv().keySet());
  }
}
