// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelcrond.config.Settings;
import io.github.camelcrond.config.SettingsException;
import io.github.camelcrond.config.SettingsLoader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DaemonRunTest {
  @ParameterizedTest
  @CsvSource({
    "run, true",
    "run /etc/crontab, true",
    "run -, true",
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
  void standardInputIsKeptAsAFileThatOnlyThisUserCanRead() throws IOException {
    Settings settings = SettingsLoader.load(Map.of(), new Properties());
    byte[] text = "* * * * * - a\n".getBytes();

    Settings kept = DaemonRun.keep(new ByteArrayInputStream(text), settings);

    Path file = Path.of(kept.text("crond.crontab.file"));
    assertThat(file).hasBinaryContent(text);
    assertThat(Files.getPosixFilePermissions(file.getParent()))
        .isEqualTo(PosixFilePermissions.fromString("rwx------"));
    assertThat(kept.text("crond.recovery")).isEqualTo("off");
    assertThatThrownBy(() -> DaemonRun.keep(InputStream.nullInputStream(), settings))
        .hasMessage(
            "standard input is empty; write a crontab to it, in a container with docker run -i");
  }

  @Test
  void withoutATemporaryDirectoryStandardInputIsKeptInTheDefaultStoreDirectory(@TempDir Path home)
      throws IOException {
    Settings settings = SettingsLoader.load(Map.of(), new Properties());
    Properties before = (Properties) System.getProperties().clone();
    System.setProperty("user.name", "ann");
    System.setProperty("user.home", home.toString());
    try {
      assertThat(DaemonRun.temporaryFolder(home.resolve("missing"), settings))
          .isDirectory()
          .hasParent(home.resolve(".local/state/camel-crond"));
    } finally {
      System.setProperties(before);
    }
  }

  @Test
  void aFileThatIsNotThereIsRefusedUnlessTheStoreIsToWin(@TempDir Path folder) throws IOException {
    Path typo = folder.resolve("typo");
    Settings settings =
        SettingsLoader.load(Map.of(), new Properties())
            .with("crond.crontab.file", folder + ":" + typo);

    assertThatThrownBy(() -> DaemonRun.refuseMissing(settings))
        .hasMessageStartingWith(typo + " does not exist; create it, or set crond.recovery = store");
    DaemonRun.refuseMissing(settings.with("crond.recovery", "store"));
    Files.createFile(typo);
    DaemonRun.refuseMissing(settings);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "jbos | unknown command: jbos, did you mean jobs?",
        "histroy --help | unknown command: histroy, did you mean history?",
        "loggs --help | unknown command: loggs, did you mean logs?",
      })
  void aMistypedCommandIsAnErrorWithOrWithoutHelp(String line, String error) {
    assertThat(CamelCrond.unknown(CamelCrond.commandLine(), line.split(" ")))
        .hasValue(error + "\nRun camel-crond help for a list.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "--version", "jobs --help", "help", "help jobs"})
  void commandsAndOptionsAreKnown(String line) {
    String[] args = line.isEmpty() ? new String[0] : line.split(" ");
    assertThat(CamelCrond.unknown(CamelCrond.commandLine(), args)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "true, '', 80",
    "true, 120, 120",
    "true, 0, 80",
    "true, wide, 80",
    "false, 120, 2147483647"
  })
  void theWidthIsThatOfTheTerminal(boolean terminal, String columns, int width) {
    assertThat(TerminalWidth.of(terminal, Map.of("COLUMNS", columns))).isEqualTo(width);
  }

  @ParameterizedTest
  @CsvSource({
    "0123456789 0123456789 0123456789, 11, 35, 0123456789 0123456789 0123456789",
    "0123456789 0123456789 0123456789, 2, 30, 0123456789 0123456789 0123456…",
    "0123456789 0123456789 0123456789, 5, 10, 0123456789 0123456789 01…"
  })
  void aCommandIsCutToTheWidthButKeepsTwentyCharacters(
      String line, int start, int width, String shown) {
    assertThat(TerminalWidth.cut(line, start, width)).isEqualTo(shown);
  }

  @Test
  void theLauncherLinkedAsCrontabIsThatCommand(@TempDir Path home) throws Exception {
    Files.createDirectories(home.resolve("bin"));
    Files.createDirectories(home.resolve("java/bin"));
    Files.createDirectories(home.resolve("app"));
    Files.createFile(home.resolve("app/camel-crond.jar"));
    Path java = Files.writeString(home.resolve("java/bin/java"), "#!/bin/sh\necho \"$*\"\n");
    java.toFile().setExecutable(true);
    Path launcher = Files.copy(Path.of("bin/camel-crond"), home.resolve("bin/camel-crond"));
    Path link = Files.createSymbolicLink(home.resolve("crontab"), launcher);

    assertThat(launched(launcher)).endsWith(".App -l a b\n");
    assertThat(launched(link)).endsWith(".App crontab -l a b\n");
  }

  private static String launched(Path launcher) throws IOException {
    Process process = new ProcessBuilder("sh", launcher.toString(), "-l", "a b").start();
    return new String(process.getInputStream().readAllBytes());
  }
}
