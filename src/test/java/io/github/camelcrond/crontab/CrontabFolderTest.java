// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.crontab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.camelcrond.crontab.CrontabFiles.Content;
import io.github.camelcrond.schedule.SettableClock;
import io.github.camelcrond.store.LogCapture;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of a folder that come, go and change. */
class CrontabFolderTest {
  private static final Duration SETTLE = Duration.ofSeconds(1);
  private static final Duration MOMENT = Duration.ofMillis(100);
  private static final String A = "@daily - a\n";
  private static final String B = "@daily - b\n";

  private final SettableClock clock = new SettableClock(Instant.now());
  private final List<Path> newTexts = new ArrayList<>();
  @TempDir private Path home;
  private Path folder;
  private CrontabFiles files;

  @BeforeEach
  void create() throws IOException {
    folder = Files.createDirectory(home.resolve("cron.d"));
    files = files("crontab:cron.d/");
    write(home.resolve("crontab"), A);
  }

  private CrontabFiles files(String list) {
    return new CrontabFiles(CrontabPaths.of(home, list), SETTLE, clock, newTexts::add);
  }

  private void write(Path path, String text) throws IOException {
    Path next = Files.writeString(home.resolve("next"), text);
    Files.move(next, path, StandardCopyOption.ATOMIC_MOVE);
  }

  /** The files of a new text, in its order; empty if there is none. */
  private List<String> read() {
    return names(files.read());
  }

  /** The same after looking as often as asked to. */
  private List<String> readLater() {
    Content content = files.read();
    while (content.isUnsettled()) {
      clock.pass(content.lookAgain());
      content = files.read();
    }
    return names(content);
  }

  private static List<String> names(Content content) {
    return content.text().stream()
        .flatMap(text -> CrontabParts.split(text).stream())
        .map(part -> part.file().replaceFirst(".*/", ""))
        .toList();
  }

  private String text() {
    return new String(files.read().text().orElseThrow(), StandardCharsets.UTF_8);
  }

  @Test
  void filesAreInTheOrderOfTheSettingThenOfTheirNames() throws IOException {
    write(folder.resolve("b"), B);
    write(folder.resolve("a"), B);

    assertThat(read()).containsExactly("crontab", "a", "b");
    assertThat(read()).isEmpty();
  }

  @Test
  void aFileThatComesIsTaken() throws IOException {
    assertThat(text()).isEqualTo(A);
    write(folder.resolve("b"), B);

    assertThat(readLater()).containsExactly("crontab", "b");
  }

  @Test
  void filesThatChangeTogetherAreTakenTogether() throws IOException {
    read();
    write(folder.resolve("b"), B);
    assertThat(files.read().lookAgain()).isEqualTo(MOMENT);
    clock.pass(MOMENT.dividedBy(2));
    assertThat(files.read().lookAgain()).isEqualTo(MOMENT.dividedBy(2));
    write(folder.resolve("c"), B);
    assertThat(files.read().lookAgain()).isEqualTo(MOMENT);
    clock.pass(MOMENT);

    assertThat(read()).containsExactly("crontab", "b", "c");
  }

  @Test
  void aFileThatIsDeletedIsGoneAfterAMoment() throws IOException {
    Path file = folder.resolve("b");
    write(file, B);
    read();
    Files.delete(file);

    assertThat(readLater()).containsExactly("");
    assertThat(files.trouble()).isEmpty();
  }

  @Test
  void aFileThatAnEditorDeletesAndWritesAgainIsNotGone() throws IOException {
    Path file = folder.resolve("b");
    write(file, B);
    read();
    Files.delete(file);
    assertThat(files.read().lookAgain()).isEqualTo(MOMENT);
    write(file, B);
    clock.pass(MOMENT);

    assertThat(files.read()).extracting(Content::isNew, Content::isUnsettled).containsOnly(false);
  }

  @Test
  void aFileThatVanishesWhileTheFolderIsListedIsNoTrouble() throws IOException {
    Files.createSymbolicLink(folder.resolve("b"), Path.of("/proc/self/fd/1000000/none"));

    try (LogCapture log = new LogCapture()) {
      assertThat(names(files.read())).containsExactly("");
      files.read();
      assertThat(log.warnings()).hasSize(1);
    }
  }

  @Test
  void namesAreChecked() throws IOException {
    write(folder.resolve("b.dpkg-old"), B);
    write(folder.resolve("b"), B);

    assertThat(read()).containsExactly("crontab", "b");
  }

  @Test
  void whatCannotBeReadIsSaidOnceAndAllElseIsTaken() throws Exception {
    write(folder.resolve("b"), B);
    Files.createSymbolicLink(folder.resolve("cycle"), Path.of("cycle"));
    Files.createDirectory(folder.resolve("directory"));
    // Reading it fails.
    Files.createSymbolicLink(folder.resolve("error"), Path.of("/proc/self/mem"));
    Files.createSymbolicLink(folder.resolve("nowhere"), Path.of("none"));
    new ProcessBuilder("mkfifo", folder.resolve("pipe").toString()).start().waitFor();

    try (LogCapture log = new LogCapture()) {
      assertThat(read()).containsExactly("crontab", "b");
      read();
      read();

      assertThat(log.warnings())
          .satisfiesExactly(
              line -> assertThat(line).contains("crontab cannot be read (Too many", "cycle"),
              line -> assertThat(line).contains("crontab is a directory, retrying"),
              line -> assertThat(line).contains("crontab cannot be read", "error"),
              line -> assertThat(line).contains("crontab is a link to a file that does not exist"),
              line -> assertThat(line).contains("crontab is not a regular file", "pipe"));
    }
    assertThat(files.trouble()).startsWith(folder.resolve("cycle") + ": ").endsWith(" and 4 more");
  }

  @Test
  void aPipeInTheFolderBlocksNobodyWhoReadsAllFilesAtOnce() throws Exception {
    write(folder.resolve("b"), B);
    new ProcessBuilder("mkfifo", folder.resolve("pipe").toString()).start().waitFor();
    List<Path> failed = new ArrayList<>();

    byte[] text =
        CrontabParts.read(CrontabPaths.of(home, "crontab:cron.d"), (file, e) -> failed.add(file));

    assertThat(CrontabParts.split(text)).hasSize(2);
    assertThat(failed).containsExactly(folder.resolve("pipe"));
  }

  @Test
  void aFileThatCannotBeReadAnyMoreKeepsItsText() throws IOException {
    Path file = folder.resolve("b");
    write(file, B);
    read();
    Files.delete(file);
    Files.createSymbolicLink(file, Path.of("/proc/self/mem"));
    write(home.resolve("crontab"), B);

    try (LogCapture log = new LogCapture()) {
      assertThat(readLater()).containsExactly("crontab", "b");
      assertThat(log.warnings())
          .hasSize(1)
          .first()
          .asString()
          .contains("keeping the jobs in force");
    }
  }

  @Test
  void aFolderThatIsAwayKeepsItsFiles() throws IOException {
    files = files("crontab:cron.d");
    write(folder.resolve("b"), B);
    read();
    Files.move(folder, home.resolve("away"));

    assertThat(files.read()).extracting(Content::isNew, Content::isUnsettled).containsOnly(false);
    assertThat(files.trouble()).isEqualTo(folder + ": no crontab directory");
    Files.move(home.resolve("away"), folder);
    assertThat(files.read().isNew()).isFalse();
    assertThat(files.trouble()).isEmpty();
  }

  @Test
  void aFolderWithoutPermissionKeepsItsFiles() throws IOException {
    assumeTrue(!"root".equals(System.getProperty("user.name")));
    write(folder.resolve("b"), B);
    read();
    folder.toFile().setReadable(false);

    assertThat(files.read().isNew()).isFalse();
    assertThat(files.trouble()).isEqualTo(folder + ": crontab directory is not readable");
    folder.toFile().setReadable(true);
  }

  @Test
  void anEmptyFolderIsACrontabWithoutJobs() {
    files = files("cron.d/");

    assertThat(text()).isEmpty();
    assertThat(files.trouble()).isEmpty();
  }

  @Test
  void aMissingFileDoesNotKeepTheOthersWaiting() throws IOException {
    Files.delete(home.resolve("crontab"));
    write(folder.resolve("b"), B);

    assertThat(read()).containsExactly("b");
    assertThat(files.trouble()).isEqualTo(home.resolve("crontab") + ": no crontab");
  }

  @Test
  void changesWaitForAFileThatIsBeingWritten() throws IOException {
    read();
    write(folder.resolve("b"), "@daily - hal");
    write(folder.resolve("c"), B);

    assertThat(files.read().isUnsettled()).isTrue();
    write(folder.resolve("b"), "@daily - half\n");
    assertThat(readLater()).containsExactly("crontab", "b", "c");
  }

  @Test
  void aFileThatIsWrittenOnAndOnDelaysTheOthersByTheSettlingTimeOnly() throws IOException {
    read();
    write(folder.resolve("c"), B);
    for (int i = 0; i < 10; i++) {
      write(folder.resolve("b"), "@daily - " + i);
      assertThat(files.read().isNew()).isFalse();
      clock.pass(MOMENT);
    }
    write(folder.resolve("b"), "@daily - 10");

    assertThat(read()).containsExactly("crontab", "c");
  }

  @Test
  void aNewFileOfCommentsOnlyIsTakenAtOnce() throws IOException {
    write(folder.resolve("b"), "# none\n");

    assertThat(read()).containsExactly("crontab", "b");
  }

  @Test
  void eachFileWithANewTextIsReportedOnce() throws IOException {
    write(folder.resolve("b"), B);
    read();
    read();

    assertThat(newTexts).containsExactly(home.resolve("crontab"), folder.resolve("b"));
  }

  @Test
  void aTextThatCouldNotBePutInForceIsNewAgain() throws IOException {
    write(folder.resolve("b"), B);
    read();
    files.retryAtNextLoad();

    assertThat(read()).containsExactly("crontab", "b");
  }

  @Test
  void theFileIsTakenForAFolderOnceThereIsOne() throws IOException {
    read();
    Files.delete(home.resolve("crontab"));
    Files.createDirectory(home.resolve("crontab"));
    write(home.resolve("crontab/x"), B);

    assertThat(readLater()).containsExactly("x");
  }
}
