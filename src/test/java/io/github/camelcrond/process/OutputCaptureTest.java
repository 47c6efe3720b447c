// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

final class OutputCaptureTest {

  @ParameterizedTest(name = "{0}")
  @CsvFileSource(resources = "/spec/output-capture.csv", delimiter = '|')
  void holds(String rule, int limit, String printed, String expected) {
    OutputCapture capture = new OutputCapture(limit, OutputBudget.ofHeap());
    for (String chunk : printed.split(" ")) {
      print(capture, chunk.getBytes(StandardCharsets.UTF_8));
    }
    assertThat(capture.text()).isEqualTo(expected.replace("~", "\n"));
  }

  @Test
  void takesNoMemoryAfterItsRelease() {
    OutputBudget budget = new OutputBudget(1_000);
    OutputCapture capture = new OutputCapture(100, budget);
    capture.write(StandardStream.STDOUT, new byte[10], 0, 10);
    capture.release();
    capture.write(StandardStream.STDOUT, new byte[90], 0, 90);
    assertThat(budget.taken()).isZero();
  }

  @Test
  void holdsBothStreamsInTheOrderOfArrival() {
    OutputCapture capture = new OutputCapture(100, OutputBudget.ofHeap());
    capture.write(StandardStream.STDOUT, new byte[] {'a'}, 0, 1);
    capture.write(StandardStream.STDERR, new byte[] {'b'}, 0, 1);
    capture.write(StandardStream.STDOUT, new byte[] {'c'}, 0, 1);
    assertThat(capture.text()).isEqualTo("abc");
    assertThat(capture.total()).isEqualTo(3);
  }

  @Test
  void headAndTailAreRightForChunksOfAnySize() {
    Random random = new Random(4);
    for (int round = 0; round < 300; round++) {
      int limit = random.nextInt(40);
      OutputCapture capture = new OutputCapture(limit, OutputBudget.ofHeap());
      StringBuilder all = new StringBuilder();
      for (int chunk = random.nextInt(12); chunk > 0; chunk--) {
        String text = ("" + (char) ('a' + chunk)).repeat(1 + random.nextInt(25));
        all.append(text);
        print(capture, text.getBytes(StandardCharsets.UTF_8));
      }
      assertThat(capture.text()).isEqualTo(shortened(all.toString(), limit));
      assertThat(capture.truncated()).isEqualTo(all.length() > limit);
    }
  }

  @Test
  void whatIsReadInPartsIsAllThatWasPrinted() {
    OutputCapture capture = new OutputCapture(100, OutputBudget.ofHeap());
    StringBuilder read = new StringBuilder();
    long offset = 0;
    for (String chunk : new String[] {"one ", "", "zwei ", "drei €", " four"}) {
      print(capture, chunk.getBytes(StandardCharsets.UTF_8));
      OutputCapture.Part part = capture.since(offset, 1_000);
      read.append(new String(part.bytes(), StandardCharsets.UTF_8));
      offset = part.next();
    }
    assertThat(read).hasToString("one zwei drei € four");
    assertThat(capture.since(offset, 1_000).bytes()).isEmpty();
  }

  @Test
  void aPartEndsWithAWholeCharacter() {
    OutputCapture capture = new OutputCapture(100, OutputBudget.ofHeap());
    byte[] euro = "€".getBytes(StandardCharsets.UTF_8);
    capture.write(StandardStream.STDOUT, euro, 0, 2);
    assertThat(capture.since(0, 1_000).next()).isZero();
    capture.write(StandardStream.STDOUT, euro, 2, 1);
    assertThat(capture.since(0, 1_000).bytes()).isEqualTo(euro);
  }

  @Test
  void aPartSaysWhatIsNotHeldAnyMore() {
    OutputCapture capture = new OutputCapture(10, OutputBudget.ofHeap());
    print(capture, "abc".getBytes(StandardCharsets.UTF_8));
    long offset = capture.since(0, 1_000).next();
    print(capture, "defghijklmnopqrstuvwxyz".getBytes(StandardCharsets.UTF_8));
    assertThat(read(capture, offset, 1_000)).isEqualTo("de\n[… 16 bytes omitted …]\nvwxyz");
    assertThat(read(capture, offset, 2)).isEqualTo("de\n[… 16 bytes omitted …]\nvwxyz");
  }

  @Test
  void refusesANegativeLimit() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new OutputCapture(-1, OutputBudget.ofHeap()));
  }

  @Test
  void outputsThatPrintMoreThanTheirBudgetKeepHeadAndTail() {
    OutputBudget budget = new OutputBudget(100);
    OutputCapture large = new OutputCapture(1_000, budget);
    print(large, "0123456789".repeat(20).getBytes(StandardCharsets.US_ASCII));
    print(large, "the end".getBytes(StandardCharsets.US_ASCII));
    // Half of the budget is left for others, half of that for others again.
    assertThat(budget.taken()).isEqualTo(50);
    assertThat(large.text())
        .isEqualTo("0123456789012345678901234\n[… 157 bytes omitted …]\n234567890123456789the end");
    OutputCapture small = new OutputCapture(1_000, budget);
    print(small, "still room".getBytes(StandardCharsets.US_ASCII));
    assertThat(small.text()).isEqualTo("still room");
    assertThat(small.truncated()).isFalse();
  }

  @Test
  void manyOutputsNeverHoldMoreThanTheirBudgetAndLoseCountOfNothing() {
    Random random = new Random(7);
    for (int round = 0; round < 200; round++) {
      OutputBudget budget = new OutputBudget(random.nextInt(500));
      List<OutputCapture> captures = new ArrayList<>();
      List<StringBuilder> printed = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        captures.add(new OutputCapture(random.nextInt(300), budget));
        printed.add(new StringBuilder());
      }
      for (int chunk = 0; chunk < 60; chunk++) {
        int at = random.nextInt(5);
        String text = ("" + (char) ('a' + chunk % 26)).repeat(1 + random.nextInt(40));
        print(captures.get(at), text.getBytes(StandardCharsets.US_ASCII));
        printed.get(at).append(text);
      }
      assertThat(budget.taken()).isBetween(0L, 500L);
      for (int i = 0; i < 5; i++) {
        String all = printed.get(i).toString();
        assertThat(captures.get(i).total()).isEqualTo(all.length());
        String[] ends = captures.get(i).text().split("\n\\[.*]\n", -1);
        assertThat(all).startsWith(ends[0]).endsWith(ends[ends.length - 1]);
        assertThat(read(captures.get(i), 0, 7)).isEqualTo(captures.get(i).text());
        captures.get(i).release();
      }
      assertThat(budget.taken()).isZero();
    }
  }

  @Test
  void roomIsGivenBackWhenTheLastHolderReleasesIt() {
    OutputBudget budget = new OutputBudget(100);
    OutputCapture capture = new OutputCapture(20, budget);
    print(capture, "some text".getBytes(StandardCharsets.US_ASCII));
    capture.hold();
    capture.release();
    assertThat(budget.taken()).isEqualTo(9);
    capture.release();
    assertThat(budget.taken()).isZero();
    assertThat(capture.text()).isEqualTo("some text");
  }

  private static String read(OutputCapture capture, long from, int most) {
    StringBuilder all = new StringBuilder();
    long offset = from;
    OutputCapture.Part part = capture.since(offset, most);
    while (part.next() > offset) {
      all.append(new String(part.bytes(), StandardCharsets.UTF_8));
      offset = part.next();
      part = capture.since(offset, most);
    }
    return all.toString();
  }

  private static String shortened(String all, int limit) {
    if (all.length() <= limit) {
      return all;
    }
    int head = limit / 2;
    int tail = limit - head;
    String mark = "\n[… " + (all.length() - limit) + " bytes omitted …]\n";
    return all.substring(0, head) + mark + all.substring(all.length() - tail);
  }

  private static void print(OutputCapture capture, byte[] bytes) {
    capture.write(StandardStream.STDOUT, bytes, 0, bytes.length);
  }
}
