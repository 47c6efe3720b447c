// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

final class OutputLinesTest {
  private final List<String> lines = new ArrayList<>();
  private final OutputLines output =
      new OutputLines(
          (stream, line) -> lines.add(stream == StandardStream.STDOUT ? line : "! " + line),
          10,
          new OutputBudget(1_000));

  @ParameterizedTest(name = "{0}")
  @CsvFileSource(resources = "/spec/output-lines.csv", delimiter = '|')
  void splits(String rule, String printed, String expected) {
    for (String chunk : printed.split(" ", -1)) {
      print(StandardStream.STDOUT, unescaped(chunk));
    }
    output.end();
    assertThat(lines).containsExactly(expected.replace("(empty)", "").split(" ~ ", -1));
  }

  @Test
  void noOutputIsNoLine() {
    output.end();
    assertThat(lines).isEmpty();
  }

  @Test
  void keepsBegunLinesOfTheStreamsApart() {
    print(StandardStream.STDOUT, bytes("ab"));
    print(StandardStream.STDERR, bytes("xy\nz"));
    print(StandardStream.STDOUT, bytes("c\n"));
    output.end();
    assertThat(lines).containsExactly("! xy", "abc", "! z");
  }

  @Test
  void passesOnALineThatNeverEndsAsSoonAsItIsTooLong() {
    for (int i = 0; i < 1000; i++) {
      print(StandardStream.STDOUT, bytes("xxxxxx"));
    }
    assertThat(lines).containsExactly("xxxxxxxxxx[… line cut at 10 bytes]");
  }

  @Test
  void refusesALimitBelowOne() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new OutputLines((stream, line) -> {}, 0, new OutputBudget(1)));
  }

  @Test
  void aLineThatHasBegunIsCutWhereTheBudgetGrantsNoMore() {
    OutputBudget budget = new OutputBudget(16);
    OutputLines scarce = new OutputLines((stream, line) -> lines.add(line), 100, budget);
    byte[] bytes = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    scarce.write(StandardStream.STDOUT, bytes, 0, 16);
    assertThat(lines).containsExactly("01234567[… line cut at 8 bytes]");
    assertThat(budget.taken()).isZero();
  }

  @Test
  void givesTheBudgetBackThoughTheLogHasFailed() {
    OutputBudget budget = new OutputBudget(1_000);
    BiConsumer<StandardStream, String> fails =
        (stream, line) -> {
          throw new OutOfMemoryError("test");
        };
    OutputSink guarded = new GuardedSink(new OutputLines(fails, 100, budget));
    guarded.write(StandardStream.STDERR, bytes("b"), 0, 1);
    guarded.write(StandardStream.STDOUT, bytes("a"), 0, 1);
    guarded.write(StandardStream.STDOUT, bytes("\n"), 0, 1);
    assertThat(budget.taken()).isPositive();
    guarded.end();
    assertThat(budget.taken()).isZero();
  }

  private void print(StandardStream stream, byte[] bytes) {
    // Between other bytes, as in a buffer that is used again.
    byte[] buffer = new byte[bytes.length + 2];
    System.arraycopy(bytes, 0, buffer, 1, bytes.length);
    output.write(stream, buffer, 1, bytes.length);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Each character is a byte; {@code <0a>} is the byte of that number. */
  private static byte[] unescaped(String text) {
    var bytes = new java.io.ByteArrayOutputStream();
    for (int at = 0; at < text.length(); at++) {
      boolean number = text.charAt(at) == '<';
      bytes.write(number ? Integer.parseInt(text.substring(at + 1, at + 3), 16) : text.charAt(at));
      at += number ? 3 : 0;
    }
    return bytes.toByteArray();
  }
}
