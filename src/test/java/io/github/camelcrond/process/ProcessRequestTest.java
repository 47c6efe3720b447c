// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ProcessRequestTest {
  private static final Path ROOT = Path.of("/");
  private static final byte[] NOTHING = {};

  @Test
  void refusesWhatCannotBePassedToAProgram() {
    refused(List.of(), Map.of(), "argv is empty, name a program");
    refused(List.of("/x", "a\0"), Map.of(), "argument contains a NUL, use any other character");
    refused(List.of("/x"), Map.of("A=B", "c"), "variable name 'A=B' is empty or contains =");
    refused(List.of("/x"), Map.of("", "c"), "variable name '' is empty or contains =");
    refused(List.of("/x"), Map.of("A", "\0"), "value of A contains a NUL, use any other character");
  }

  @Test
  void itsTextShowsNoSecrets() {
    ProcessRequest request =
        new ProcessRequest(List.of("/x", "secret"), Map.of("PASSWORD", "secret"), ROOT, NOTHING);
    assertThat(request).hasToString("process /x in /");
  }

  private static void refused(List<String> argv, Map<String, String> environment, String why) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ProcessRequest(argv, environment, ROOT, NOTHING))
        .withMessage(why);
  }
}
