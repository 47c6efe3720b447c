// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.crontab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AssignmentTest {

  static Stream<String[]> rows() {
    return Spec.rows("environment.tsv");
  }

  @ParameterizedTest
  @MethodSource("rows")
  void assignsWhatCronieAssigns(String line, String isVariable, String name, String value) {
    Crontab read = Spec.read(Spec.json(line) + "\n* * * * * - x");

    if (isVariable.equals("no")) {
      assertThat(read.jobs().get(read.jobs().size() - 1).environment()).isEmpty();
    } else if (name.equals("RANDOM_DELAY")) {
      assertThat(read.jobs().get(0).policies().randomDelay()).hasMinutes(45);
    } else {
      assertThat(read.errors()).isEmpty();
      assertThat(read.jobs().get(0).environment()).containsEntry(name, Spec.json(value)).hasSize(1);
    }
  }
}
