// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

final class OutputCaptureTest {

  @ParameterizedTest(name = "{0}")
  @CsvFileSource(resources = "/spec/output-capture.csv", delimiter = '|')
  void holds(String rule, int limit, String printed, String expected) {
    OutputCapture capture = new OutputCapture(limit);
    for (String chunk : printed.split(" ")) {
      print(capture, chunk.getBytes(StandardCharsets.UTF_8));
    }
    assertThat(capture.text()).isEqualTo(expected.replace("~", "\n"));
  }

  @Test
  void holdsBothStreamsInTheOrderOfArrival() {
    OutputCapture capture = new OutputCapture(100);
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
      OutputCapture capture = new OutputCapture(limit);
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
    OutputCapture capture = new OutputCapture(100);
    StringBuilder read = new StringBuilder();
    long offset = 0;
    for (String chunk : new String[] {"one ", "", "zwei ", "drei €", " four"}) {
      print(capture, chunk.getBytes(StandardCharsets.UTF_8));
      OutputCapture.Part part = capture.since(offset);
      read.append(new String(part.bytes(), StandardCharsets.UTF_8));
      offset = part.next();
    }
    assertThat(read).hasToString("one zwei drei € four");
    assertThat(capture.since(offset).bytes()).isEmpty();
  }

  @Test
  void aPartEndsWithAWholeCharacter() {
    OutputCapture capture = new OutputCapture(100);
    byte[] euro = "€".getBytes(StandardCharsets.UTF_8);
    capture.write(StandardStream.STDOUT, euro, 0, 2);
    assertThat(capture.since(0).next()).isZero();
    capture.write(StandardStream.STDOUT, euro, 2, 1);
    assertThat(capture.since(0).bytes()).isEqualTo(euro);
  }

  @Test
  void aPartSaysWhatIsNotHeldAnyMore() {
    OutputCapture capture = new OutputCapture(10);
    print(capture, "abc".getBytes(StandardCharsets.UTF_8));
    long offset = capture.since(0).next();
    print(capture, "defghijklmnopqrstuvwxyz".getBytes(StandardCharsets.UTF_8));
    OutputCapture.Part part = capture.since(offset);
    assertThat(new String(part.bytes(), StandardCharsets.UTF_8))
        .isEqualTo("de\n[… 16 bytes omitted …]\nvwxyz");
    assertThat(part.next()).isEqualTo(26);
  }

  @Test
  void refusesANegativeLimit() {
    assertThatIllegalArgumentException().isThrownBy(() -> new OutputCapture(-1));
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
