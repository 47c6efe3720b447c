// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

/** How far two crontabs are apart; each letter of the table is a line. */
class LineDifferenceTest {

  @ParameterizedTest(name = "{0}")
  @CsvFileSource(resources = "/spec/store/line-difference.csv", delimiter = '|')
  void countsLines(String rule, String before, String after, String expected) {
    assertThat(LineDifference.between(lines(before), lines(after))).hasToString(expected);
  }

  @Test
  void comparesTenThousandLinesWithTenThousandOthers() {
    LineDifference difference = LineDifference.between(many("a"), many("b"));
    assertThat(difference).hasToString("+10000 -10000");
  }

  private static String many(String word) {
    return IntStream.range(0, 10_000).mapToObj(i -> word + i).collect(Collectors.joining("\n"));
  }

  private static String lines(String letters) {
    return letters == null ? "" : letters.replaceAll("(.)", "$1\n");
  }
}
