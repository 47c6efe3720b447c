// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

class RawLinesTest {
  private final List<String> passed = new ArrayList<>();
  private final OutputBudget budget = new OutputBudget(1000);

  private RawLines lines(String prefix) {
    return new RawLines(
        (stream, lines) -> passed.add(new String(lines, StandardCharsets.ISO_8859_1)),
        stream -> prefix.getBytes(StandardCharsets.ISO_8859_1),
        8,
        budget);
  }

  /** Chunks are separated by |, line ends are written as ; in the table. */
  @ParameterizedTest
  @CsvFileSource(resources = "/spec/raw-lines.csv", delimiter = '!')
  void passesWholeLinesOn(String rule, String prefix, String chunks, String expected) {
    RawLines lines = lines(prefix == null ? "" : prefix);
    for (String chunk : chunks.split("[|]")) {
      byte[] bytes = chunk.replace(';', '\n').getBytes(StandardCharsets.ISO_8859_1);
      lines.write(StandardStream.STDOUT, bytes, 0, bytes.length);
    }
    lines.end();

    assertThat(String.join("|", passed).replace('\n', ';')).as(rule).isEqualTo(expected);
    assertThat(budget.taken()).isZero();
  }

  @Test
  void keepsTheStreamsApart() {
    RawLines lines = lines("");
    lines.write(StandardStream.STDOUT, new byte[] {'a'}, 0, 1);
    lines.write(StandardStream.STDERR, new byte[] {'b', '\n', (byte) 0xff}, 0, 3);
    lines.write(StandardStream.STDOUT, new byte[] {'c', '\n'}, 0, 2);
    lines.end();

    assertThat(passed).containsExactly("b\n", "ac\n", "\u00ff\n");
  }
}
