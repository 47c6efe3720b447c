// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShellWordsTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "plain",
        "",
        "a b",
        "it's",
        "$HOME `id` \"x\" \\n * ~",
        "100%",
        "two\nlines",
        "it's 5% \\n \\\\ \"$HOME\"\n\n\ttab"
      })
  void theShellGivesAQuotedArgumentBack(String argument) throws Exception {
    String quoted = ShellWords.quoted(argument);
    Process shell = new ProcessBuilder("sh", "-c", "printf %s " + quoted).start();

    assertThat(new String(shell.getInputStream().readAllBytes())).isEqualTo(argument);
    assertThat(quoted).doesNotContain("\n");
  }

  @Test
  void splitsAtBlanksOutsideQuotes() {
    assertThat(ShellWords.split("sh -c 'a \"b\"'  \"x y\"\\ z ''"))
        .isEqualTo(List.of("sh", "-c", "a \"b\"", "x y z", ""));
  }
}
