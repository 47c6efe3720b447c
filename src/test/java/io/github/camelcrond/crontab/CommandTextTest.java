// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.crontab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandTextTest {

  static Stream<String[]> rows() {
    return Spec.rows("percent.tsv");
  }

  @ParameterizedTest
  @MethodSource("rows")
  void splitsAsCronieDoes(String raw, String command, String stdin) {
    CommandText text = CommandText.of(Spec.json(raw)).forCommand();

    assertThat(text.command()).isEqualTo(Spec.json(command));
    assertThat(text.stdin().orElse(null)).isEqualTo(Spec.json(stdin));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a", "a%", "a%b", "a%b%", "a%%", "a%b%%", "a\\%b%c\\%d", "a\\\\%b", "a%\\\\"})
  void joinsToATextThatMeansTheSame(String raw) {
    CommandText command = CommandText.of(raw).forCommand();
    CommandText message = CommandText.of(raw);

    String forCommand = CommandText.join(command.command(), command.stdin(), false);
    String forMessage = CommandText.join(message.command(), message.stdin(), true);

    assertThat(CommandText.of(forCommand).forCommand()).isEqualTo(command);
    assertThat(CommandText.of(forMessage)).isEqualTo(message);
  }
}
