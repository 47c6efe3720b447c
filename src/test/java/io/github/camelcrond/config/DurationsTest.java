// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {

  @ParameterizedTest
  @CsvSource({
    "10s,10,10s",
    "5m,300,5m",
    "1h30m,5400,1h30m",
    "90m,5400,1h30m",
    "2d,172800,2d",
    "0s,0,0s",
    "1d0h1s,86401,1d1s",
    "1000ms,1,1s"
  })
  void readsAndWrites(String text, long seconds, String written) {
    assertThat(Durations.parse(text)).contains(Duration.ofSeconds(seconds));
    assertThat(Durations.format(Duration.ofSeconds(seconds))).isEqualTo(written);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "10",
        "s",
        "-5s",
        "5 m",
        "1m1h",
        "1s1s",
        "1.5h",
        "1w",
        "9999999999d",
        "\u0663s"
      })
  void refusesWhatIsNoDuration(String text) {
    assertThat(Durations.parse(text)).isEmpty();
  }
}
