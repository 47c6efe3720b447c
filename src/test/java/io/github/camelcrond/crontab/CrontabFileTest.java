// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.crontab;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelcrond.crontab.CrontabFiles.Content;
import io.github.camelcrond.schedule.SettableClock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When a text counts as complete. */
class CrontabFileTest {
  private static final Duration SETTLE = Duration.ofSeconds(1);
  private static final Duration MOMENT = Duration.ofMillis(100);
  private static final String ONE = "* * * * * - one\n";
  private static final String TWO = "* * * * * - two\n";

  private final SettableClock clock = new SettableClock(Instant.now());
  @TempDir private Path folder;
  private Path path;
  private CrontabFiles file;

  @BeforeEach
  void create() throws IOException {
    path = Files.writeString(folder.resolve("crontab"), ONE);
    file = new CrontabFiles(CrontabPaths.of(folder, path.toString()), SETTLE, clock, changed -> {});
  }

  private static String text(Content reading) {
    return reading.text().map(t -> new String(t, StandardCharsets.UTF_8)).orElse("");
  }

  private void replace(String text) throws IOException {
    Files.move(
        Files.writeString(folder.resolve("next"), text), path, StandardCopyOption.ATOMIC_MOVE);
  }

  @Test
  void takesANewFileAtOnce() throws IOException {
    assertThat(text(file.read())).isEqualTo(ONE);
    replace(TWO);
    assertThat(text(file.read())).isEqualTo(TWO);
  }

  @Test
  void takesATextOnce() {
    file.read();

    assertThat(file.read().isNew()).isFalse();
  }

  @Test
  void waitsAMomentForAFileRewrittenInPlace() throws IOException {
    file.read();
    Files.writeString(path, TWO);

    assertThat(file.read().lookAgain()).isEqualTo(MOMENT);
    clock.pass(MOMENT);
    assertThat(text(file.read())).isEqualTo(TWO);
  }

  @Test
  void waitsAgainWhenTheTextGoesOnChanging() throws IOException {
    file.read();
    Files.writeString(path, TWO);
    file.read();
    clock.pass(MOMENT);
    Files.writeString(path, ONE, StandardOpenOption.APPEND);

    assertThat(file.read().lookAgain()).isEqualTo(MOMENT);
  }

  @Test
  void waitsLongerForALastLineWithoutNewline() throws IOException {
    replace("* * * * * - rm -r /tmp");

    assertThat(file.read().lookAgain()).isEqualTo(SETTLE);
    clock.pass(SETTLE);
    assertThat(text(file.read())).isEqualTo("* * * * * - rm -r /tmp");
  }

  @Test
  void waitsLongerForAFileWithoutAnyJob() throws IOException {
    replace("# nothing\n");

    assertThat(file.read().lookAgain()).isEqualTo(SETTLE);
    clock.pass(SETTLE);
    assertThat(file.read().isNew()).isTrue();
  }

  @Test
  void doesNotWaitForHoursWhenTheClockIsSetBack() throws IOException {
    file.read();
    Files.writeString(path, TWO);
    file.read();
    clock.set(Duration.ofHours(-2));

    assertThat(file.read().lookAgain()).isEqualTo(MOMENT);
    clock.pass(MOMENT);
    assertThat(text(file.read())).isEqualTo(TWO);
  }

  @Test
  void goesOnWithWhatItHasWhenTheFileVanishes() throws IOException {
    file.read();
    String digest = file.digest();
    Files.delete(path);

    assertThat(file.read().isNew()).isFalse();
    assertThat(file.trouble()).isEqualTo("no crontab");
    assertThat(file.digest()).isEqualTo(digest);
    replace(ONE);
    assertThat(file.read().isNew()).isFalse();
    assertThat(file.trouble()).isEmpty();
  }

  @Test
  void saysWhenAFolderIsInItsPlace() throws IOException {
    file.read();
    Files.delete(path);
    Files.createDirectory(path);

    assertThat(file.read().isNew()).isFalse();
    assertThat(file.trouble()).isEqualTo("crontab is a directory");
  }

  @Test
  void followsASymbolicLinkThatIsSwapped() throws IOException {
    Path first = Files.writeString(folder.resolve("first"), ONE);
    Path second = Files.writeString(folder.resolve("second"), TWO);
    Files.delete(path);
    Files.createSymbolicLink(path, first);
    file.read();
    Files.delete(path);
    Files.createSymbolicLink(path, second);

    assertThat(text(file.read())).isEqualTo(TWO);
  }

  @Test
  void takesARestoredTextInsteadOfTheFileUntilThatChanges() throws IOException {
    file.useRecovered(TWO.getBytes(StandardCharsets.UTF_8));

    assertThat(text(file.read())).isEqualTo(TWO);
    assertThat(file.read().isNew()).isFalse();
    replace("* * * * * - three\n");
    assertThat(text(file.read())).isEqualTo("* * * * * - three\n");
  }
}
