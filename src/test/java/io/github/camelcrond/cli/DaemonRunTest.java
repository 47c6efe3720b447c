// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelcrond.config.SettingsException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DaemonRunTest {
  @ParameterizedTest
  @CsvSource({
    "run, true",
    "run /etc/crontab, true",
    "run --help, false",
    "run one two, false",
    "check, false",
    "--version, false"
  })
  void onlyRunWithAtMostAFileNeedsNoParser(String line, boolean plain) {
    assertThat(DaemonRun.isPlain(line.split(" "))).isEqualTo(plain);
  }

  @Test
  void noArgumentsAreForTheParser() {
    assertThat(DaemonRun.isPlain()).isFalse();
  }

  @Test
  void eachFaultOfTheSettingsIsALine() {
    assertThat(DaemonRun.describe(new SettingsException("a is bad\nb is bad")))
        .containsExactly("a is bad", "b is bad");
  }
}
