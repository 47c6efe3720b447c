// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelcrond.config.Settings;
import io.github.camelcrond.config.SettingsLoader;
import io.github.camelcrond.store.SavedCrontab;
import io.github.camelcrond.store.StoreContext;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The commands on the store, without a daemon. */
class StoreCommandsTest {
  private static final Instant AT = Instant.parse("2026-11-22T08:00:41Z");
  @TempDir Path folder;

  @Test
  void listsNoVersionOfANewStore() {
    assertThat(restore()).isEqualTo("0 the store holds no version of " + crontab() + "\n");
  }

  @Test
  void listsVersionsNewestFirst() throws IOException {
    save("# a\n", 0);
    save("# a\n# b\n", 60);
    Files.writeString(crontab(), "# a\n# b\n# c\n");
    assertThat(restore().lines().skip(1))
        .containsExactly(
            "  1  2026-11-22T08:01:41Z  host-a  +0 -1", "  2  2026-11-22T08:00:41Z  host-a  +0 -2");
  }

  @Test
  void bringsAVersionBack() throws IOException {
    save("# a\n", 0);
    save("# b\n", 60);
    Files.writeString(crontab(), "# c\n");
    assertThat(restore("--yes", "2"))
        .startsWith("0 --- ")
        .endsWith(crontab() + " restored to the version saved 2026-11-22T08:00:41Z by host-a\n");
    assertThat(crontab()).hasContent("# a\n");
  }

  @Test
  void savesWhatItReplaces() throws IOException {
    save("# a\n", 0);
    Files.writeString(crontab(), "# never loaded\n");
    restore("--yes", "1");
    assertThat(crontab()).hasContent("# a\n");
    assertThat(restore("--yes", "2")).contains("-# a", "+# never loaded");
    assertThat(crontab()).hasContent("# never loaded\n");
  }

  @Test
  void printsNothingThatMovesATerminal() throws IOException {
    save("# \u001b[2J\n", 0);
    Files.writeString(crontab(), "# b\n");
    assertThat(restore("--yes", "1")).contains("+# \\x1b[2J").doesNotContain("\u001b");
  }

  @Test
  void asksOnATerminal() throws IOException {
    save("# a\n", 0);
    Files.writeString(crontab(), "# b\n");
    assertThat(restoreAnswering(Optional.of("n"), "1"))
        .contains("-# b", "+# a")
        .endsWith(crontab() + " is unchanged\n");
    assertThat(crontab()).hasContent("# b\n");
    assertThat(restoreAnswering(Optional.of(" Yes "), "1")).startsWith("0 ");
    assertThat(crontab()).hasContent("# a\n");
  }

  @Test
  void replacesNothingUnaskedWhereThereIsNoTerminal() throws IOException {
    save("# a\n", 0);
    Files.writeString(crontab(), "# b\n");
    assertThat(restoreAnswering(Optional.empty(), "1"))
        .startsWith("2 ")
        .contains("no terminal to ask for confirmation, add --yes to replace " + crontab());
    assertThat(crontab()).hasContent("# b\n");
  }

  @Test
  void refusesAVersionThatIsNotThere() {
    save("# a\n", 0);
    assertThat(restore("2")).startsWith("2 no such version: 2, use 1 to 1");
    assertThat(restore("0")).startsWith("2 no such version: 0, use 1 to 1");
  }

  @Test
  void listsAVersionThatCannotBeRead() {
    try (StoreContext store = StoreContext.open(settings(), Clock.systemUTC())) {
      store.send("store-crontab-write", "{\"te");
    }
    assertThat(restore()).contains("  1  cannot be read");
    assertThat(restore("1")).isEqualTo("1 camel-crond: version 1 cannot be read\n");
  }

  @Test
  void saysThatTheCrontabCannotBeWritten() {
    save("# a\n", 0);
    Settings unwritable = settings().with("crond.crontab.file", "/proc/self/no/crontab");
    assertThat(run(restoreCommand(unwritable, Optional.of("y")), "1"))
        .endsWith("camel-crond: /proc/self/no/crontab cannot be written\n");
  }

  @Test
  void refusesAStoreThatADaemonHas() {
    save("# a\n", 0);
    try (StoreContext daemon = StoreContext.open(settings(), Clock.systemUTC())) {
      assertThat(daemon.texts("store-versions-read", "")).hasSize(1);
      assertThat(restore()).contains("is in use by process " + ProcessHandle.current().pid());
    }
  }

  @Test
  void saysWhatItCanDoWithAStore() {
    assertThat(store()).startsWith("2 missing subcommand, use store copy FROM TO");
    assertThat(store("copy", "file", "file")).startsWith("2 FROM and TO must differ");
  }

  private void save(String text, int later) {
    try (StoreContext store = StoreContext.open(settings(), Clock.systemUTC())) {
      store.send("store-crontab-write", json(text, later));
    }
  }

  private static String json(String text, int later) {
    return SavedCrontab.of(text.getBytes(StandardCharsets.UTF_8), AT.plusSeconds(later), "host-a")
        .json();
  }

  private String restore(String... arguments) {
    return restoreAnswering(Optional.empty(), arguments);
  }

  private String restoreAnswering(Optional<String> answer, String... arguments) {
    return run(restoreCommand(settings(), answer), arguments);
  }

  private static RestoreCommand restoreCommand(Settings settings, Optional<String> answer) {
    return new RestoreCommand(() -> settings, Clock.systemUTC(), question -> answer);
  }

  private String store(String... arguments) {
    return run(new StoreCommand(this::settings, Clock.systemUTC()), arguments);
  }

  /** Exit code and all that is printed. */
  static String run(Object command, String... arguments) {
    StringWriter text = new StringWriter();
    CommandLine line = new CommandLine(command);
    line.setOut(new PrintWriter(text))
        .setErr(new PrintWriter(text))
        .setCaseInsensitiveEnumValuesAllowed(true);
    line.setExecutionExceptionHandler(
        (e, failed, parsed) -> {
          failed.getErr().println(ErrorText.of(e));
          return 1;
        });
    int code = line.execute(arguments);
    return code + " " + text;
  }

  private Path crontab() {
    return folder.resolve("crontab");
  }

  private Settings settings() {
    return SettingsLoader.load(Map.of(), new Properties())
        .with("crond.store.dir", folder.resolve("store").toString())
        .with("crond.crontab.file", crontab().toString());
  }
}
