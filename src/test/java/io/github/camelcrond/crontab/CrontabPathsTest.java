// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.crontab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelcrond.config.SettingsException;
import io.github.camelcrond.crontab.CrontabPaths.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

class CrontabPathsTest {
  @TempDir private Path folder;

  @ParameterizedTest(name = "{0}")
  @CsvFileSource(
      resources = "/spec/crontab/file-names.csv",
      delimiter = '|',
      useHeadersInDisplayName = true)
  void namesOfCrontabsInFolders(String rule, String file, boolean crontab) throws IOException {
    Path path = folder.resolve(file);
    Files.createDirectories(path.getParent());
    Files.createFile(path);
    List<Path> skipped = new ArrayList<>();

    List<Path> found = new Source(path.getParent(), true).files(skipped::add);

    assertThat(found).isEqualTo(crontab ? List.of(path) : List.of());
    assertThat(skipped).isEqualTo(crontab ? List.of() : List.of(path));
    assertThat(CrontabPaths.of(folder, path.getParent() + "/").covers(path)).isEqualTo(crontab);
  }

  @Test
  void filesAndFoldersAreSeparatedByColons() {
    CrontabPaths paths = CrontabPaths.of(folder, "crontab: cron.d/:/etc/x::");

    assertThat(paths.sources())
        .containsExactly(
            new Source(folder.resolve("crontab"), false),
            new Source(folder.resolve("cron.d"), true),
            new Source(Path.of("/etc/x"), false));
    assertThat(paths.folders()).containsExactly(folder, folder.resolve("cron.d"), Path.of("/etc"));
    assertThat(paths).hasToString(folder + "/crontab:" + folder + "/cron.d/:/etc/x");
    assertThat(paths.main()).isEqualTo(folder.resolve("crontab"));
  }

  @Test
  void aFileMayHaveAColonInItsName() throws IOException {
    Path file = Files.createFile(folder.resolve("a:b"));

    assertThat(CrontabPaths.of(folder, "a:b").sources()).containsExactly(new Source(file, false));
  }

  @Test
  void aListThatNamesNothingIsRefused() {
    assertThatThrownBy(() -> CrontabPaths.of(folder, ":"))
        .isInstanceOf(SettingsException.class)
        .hasMessage("crond.crontab.file = : names no file, use its path");
  }

  @Test
  void otherFilesAreNotCovered() {
    CrontabPaths paths = CrontabPaths.of(folder, "crontab:cron.d/");

    assertThat(paths.covers(folder.resolve("crontab"))).isTrue();
    assertThat(paths.covers(folder.resolve("cron.d/a"))).isTrue();
    assertThat(paths.covers(folder.resolve("cron.d/../passwd"))).isFalse();
    assertThat(paths.covers(folder.resolve("cron.d/a/b"))).isFalse();
    assertThat(paths.covers(folder.resolve("passwd"))).isFalse();
  }

  @Test
  void aFolderWithoutCrontabsInThePlaceOfAFileCountsAsAFile() throws IOException {
    assertThat(new Source(folder, false).files(skipped -> {})).containsExactly(folder);
    assertThat(new Source(folder, true).files(skipped -> {})).isEmpty();
  }
}
