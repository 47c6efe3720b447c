// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.camelcrond.config.Settings;
import io.github.camelcrond.crontab.Crontab;
import io.github.camelcrond.crontab.CrontabFiles;
import io.github.camelcrond.crontab.CrontabReader;
import io.github.camelcrond.crontab.ReaderOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The crontab comes back from the store. */
class CrontabRecoveryTest {
  private static final String TEXT =
      "# nightly\nMAILTO=a@example.org\nCRON_NAME=backup\n0 3 * * * root /bin/backup  ünï\n\n";
  @TempDir Path folder;

  @BeforeAll
  static void lookOften() {
    Awaitility.setDefaultPollInterval(Duration.ofMillis(10));
  }

  @Test
  void restoresAMissingCrontabByteForByte() throws IOException {
    saved(TEXT);
    try (StoreFixture daemon = daemon()) {
      assertThat(daemon.recover()).isNull();
      assertThat(daemon.file()).isEqualTo(TEXT);
      assertThat(Files.getPosixFilePermissions(daemon.crontab))
          .isEqualTo(PosixFilePermissions.fromString("rw-r--r--"));
    }
  }

  @Test
  void restoresABlankCrontab() throws IOException {
    saved(TEXT);
    Files.writeString(crontab(), " \n\n");
    try (StoreFixture daemon = daemon()) {
      daemon.recover();
      assertThat(daemon.file()).isEqualTo(TEXT);
    }
  }

  @Test
  void leavesACrontabWithAnyTextAlone() throws IOException {
    saved(TEXT);
    Files.writeString(crontab(), "# mine\n");
    try (StoreFixture daemon = daemon()) {
      daemon.recover();
      assertThat(daemon.file()).isEqualTo("# mine\n");
    }
  }

  @Test
  void replacesAnyCrontabIfTheStoreIsToWin() throws IOException {
    saved(TEXT);
    Files.writeString(crontab(), "# mine\n");
    try (StoreFixture daemon =
        StoreFixture.start(StoreFixture.settings(folder).with("crond.recovery", "store"))) {
      daemon.recover();
      assertThat(daemon.file()).isEqualTo(TEXT);
    }
  }

  @Test
  void keepsTheCrontabIfTheStoreIsToWinAndHasNone() throws IOException {
    Files.writeString(crontab(), "# mine\n");
    try (StoreFixture daemon =
        StoreFixture.start(StoreFixture.settings(folder).with("crond.recovery", "store"))) {
      daemon.recover();
      daemon.save("# mine\n");
      await().until(daemon::stored, "# mine\n"::equals);
      assertThat(daemon.file()).isEqualTo("# mine\n");
    }
  }

  @Test
  void restoresNothingIfItIsOff() {
    saved(TEXT);
    try (StoreFixture daemon =
        StoreFixture.start(StoreFixture.settings(folder).with("crond.recovery", "off"))) {
      daemon.recover();
      assertThat(crontab()).doesNotExist();
    }
  }

  @Test
  void restoresNothingFromAnEmptyStore() {
    try (StoreFixture daemon = daemon()) {
      assertThat(daemon.recover()).isNull();
      assertThat(crontab()).doesNotExist();
    }
  }

  @Test
  void keepsACrontabEmptyThatWasEmptiedOnPurpose() throws IOException {
    saved(TEXT);
    saved("");
    Files.writeString(crontab(), "");
    try (StoreFixture daemon = daemon()) {
      daemon.recover();
      assertThat(daemon.file()).isEmpty();
    }
  }

  @Test
  void addsNoVersionsByTenRestarts() throws IOException {
    for (int i = 0; i < 10; i++) {
      // The first time there is nothing to be restored.
      try (StoreFixture daemon = daemon()) {
        daemon.recover();
        daemon.save(TEXT);
        await().until(daemon::stored, TEXT::equals);
        assertThat(daemon.store().texts("store-versions-read", "")).hasSize(1);
      }
      Files.deleteIfExists(crontab());
    }
  }

  @Test
  void restoresBytesThatAreNoText() throws IOException {
    byte[] bytes = {'#', (byte) 0xff, 0, '\n'};
    try (StoreFixture daemon = daemon()) {
      daemon
          .store()
          .request(
              "store-crontab-write", SavedCrontab.of(bytes, Runs.at(1), "h").json(), Object.class);
      daemon.recover();
      assertThat(Files.readAllBytes(crontab())).isEqualTo(bytes);
    }
  }

  @Test
  void takesATextThatWasEditedInTheStore() {
    try (StoreFixture daemon = daemon()) {
      daemon.store().request("store-crontab-write", "{\"text\":\"# by hand\\n\"}", Object.class);
      daemon.recover();
      assertThat(daemon.file()).isEqualTo("# by hand\n");
    }
  }

  @Test
  void takesTheNewestReadableVersionIfTheCrontabIsDamaged() {
    saved("# old\n");
    saved("# new\n");
    try (StoreFixture daemon = daemon()) {
      daemon.store().request("store-crontab-write", "{\"text", Object.class);
      daemon.recover();
      assertThat(daemon.file()).isEqualTo("# new\n");
    }
  }

  @Test
  void rendersTheStoredJobsIfThereIsNoStoredCrontab() {
    saved(TEXT);
    try (StoreFixture daemon = daemon()) {
      RecoveredCrontab rendered =
          daemon
              .bean("crontab-recovery", CrontabRecovery.class)
              .fromRoutes(daemon.store().textByJob("store-routes-read", ""));
      String text = new String(rendered.text().orElseThrow(), StandardCharsets.UTF_8);
      assertThat(text)
          .contains("CRON_NAME = backup\n")
          .contains("0 3 * * * root /bin/backup  ünï\n");
    }
  }

  @Test
  void leavesOutStoredJobsThatAreDamaged() {
    saved(TEXT);
    try (StoreFixture daemon = daemon()) {
      CrontabRecovery recovery = daemon.bean("crontab-recovery", CrontabRecovery.class);
      var routes = daemon.store().textByJob("store-routes-read", "");
      routes.put("a", "{\"id\":");
      routes.put("b", "[]");
      assertThat(recovery.fromRoutes(routes).isMissing()).isFalse();
      routes.remove("backup");
      assertThat(recovery.fromRoutes(routes).isMissing()).isTrue();
    }
  }

  @Test
  void saysThatItCannotWriteWhereThereIsNoFolder() {
    assertThat(new FileReplacement(Path.of("/proc/self/no/crontab")).write(new byte[] {'#'}))
        .isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-------", "rw-r-----", "rw-rw-r--"})
  void keepsTheModeOfTheFile(String mode) throws IOException {
    Files.writeString(crontab(), "");
    Files.setPosixFilePermissions(crontab(), PosixFilePermissions.fromString(mode));
    assertThat(new FileReplacement(crontab()).write("# a\n".getBytes())).isTrue();
    assertThat(crontab()).hasContent("# a\n");
    assertThat(Files.getPosixFilePermissions(crontab()))
        .isEqualTo(PosixFilePermissions.fromString(mode));
  }

  @Test
  void keepsOwnerAndGroupOfTheFile() throws IOException {
    assumeTrue("root".equals(System.getProperty("user.name")));
    Files.writeString(crontab(), "");
    Files.setAttribute(crontab(), "unix:uid", 65534);
    Files.setAttribute(crontab(), "unix:gid", 65533);
    assertThat(new FileReplacement(crontab()).write("# a\n".getBytes())).isTrue();
    assertThat(Files.getAttribute(crontab(), "unix:uid")).isEqualTo(65534);
    assertThat(Files.getAttribute(crontab(), "unix:gid")).isEqualTo(65533);
  }

  @Test
  void aNewFileIsReadableByAllAsEtcCrontabIs() throws IOException {
    assertThat(new FileReplacement(crontab()).write("# a\n".getBytes())).isTrue();
    assertThat(Files.getPosixFilePermissions(crontab()))
        .isEqualTo(PosixFilePermissions.fromString("rw-r--r--"));
  }

  @Test
  void followsALink() throws IOException {
    Path real = Files.writeString(folder.resolve("real"), "");
    Files.createSymbolicLink(crontab(), real);
    assertThat(new FileReplacement(crontab()).write("# a\n".getBytes())).isTrue();
    assertThat(crontab()).isSymbolicLink();
    assertThat(real).hasContent("# a\n");
    assertThat(List.of(folder.toFile().list())).hasSize(2);
  }

  @Test
  void keepsWhatCannotBeWrittenInMemory() {
    saved(TEXT);
    Settings settings =
        StoreFixture.settings(folder).with("crond.crontab.file", "/proc/self/no/crontab");
    try (StoreFixture daemon = StoreFixture.start(settings)) {
      assertThat(daemon.recover()).asString().isEqualTo(TEXT);
      var file = daemon.bean("crontab-file", CrontabFiles.class);
      assertThat(file.read().text())
          .hasValueSatisfying(text -> assertThat(text).asString().isEqualTo(TEXT));
      assertThat(file.read().isNew()).isFalse();
    }
  }

  /** Puts into the store what a daemon would have put there. */
  private void saved(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    Crontab crontab =
        new CrontabReader(ReaderOptions.of(ZoneOffset.UTC), Clock.systemUTC()).read(bytes);
    PendingCrontab pending = new PendingCrontab(Clock.systemUTC(), "host-a");
    pending.setPending(bytes, crontab);
    try (StoreContext store = StoreContext.open(StoreFixture.settings(folder), Clock.systemUTC())) {
      store.send("store-crontab-write", pending.crontabToWrite(null));
      store.send("store-routes-write", pending.routesToWrite());
    }
  }

  private Path crontab() {
    return folder.resolve("crontab");
  }

  private StoreFixture daemon() {
    return StoreFixture.start(StoreFixture.settings(folder));
  }
}
