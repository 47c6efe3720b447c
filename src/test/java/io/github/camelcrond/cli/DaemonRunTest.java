// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelcrond.config.Settings;
import io.github.camelcrond.config.SettingsException;
import io.github.camelcrond.config.SettingsLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
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

  @Test
  void whatIsReadOnceIsRefused(@TempDir Path folder) throws Exception {
    Settings settings = SettingsLoader.load(Map.of(), new Properties());
    Path pipe = folder.resolve("pipe");
    new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor();

    for (Path stream : List.of(pipe, Path.of("/dev/null"), Path.of("-"))) {
      Settings named = settings.with("crond.crontab.file", stream.toString());
      assertThatThrownBy(() -> DaemonRun.refuseStream(named)).hasMessageContaining("is not a file");
    }
    Path file = Files.createFile(folder.resolve("crontab"));
    DaemonRun.refuseStream(settings.with("crond.crontab.file", file.toString()));
    DaemonRun.refuseStream(settings.with("crond.crontab.file", folder.resolve("x").toString()));
  }

  @Test
  void aFileThatIsNotThereIsRefusedUnlessTheStoreIsToWin(@TempDir Path folder) throws IOException {
    Path typo = folder.resolve("typo");
    Settings settings = SettingsLoader.load(Map.of(), new Properties());

    assertThatThrownBy(() -> DaemonRun.refuseMissing(typo, settings))
        .hasMessageStartingWith(typo + " does not exist; create it, or set crond.recovery = store");
    DaemonRun.refuseMissing(typo, settings.with("crond.recovery", "store"));
    DaemonRun.refuseMissing(Files.createFile(typo), settings);
  }
}
