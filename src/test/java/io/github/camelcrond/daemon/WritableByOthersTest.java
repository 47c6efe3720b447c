// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.camelcrond.config.Settings;
import io.github.camelcrond.config.SettingsLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** As root, whose files are root's. */
class WritableByOthersTest {
  @TempDir private Path home;
  private Settings settings;

  @BeforeEach
  void create() throws IOException {
    assumeTrue("root".equals(System.getProperty("user.name")));
    mode(home, "rwxr-xr-x");
    Files.createDirectories(home.resolve("routes/rabbitmq"));
    Files.createDirectories(home.resolve("lib"));
    for (String file :
        new String[] {"crontab", "application.properties", "routes/a.camel.yaml", "lib/my.jar"}) {
      mode(Files.writeString(home.resolve(file), ""), "rw-r--r--");
    }
    Properties system = new Properties();
    system.setProperty("crond.home", home.toString());
    Path store = Files.createDirectories(home.resolve("state/store"));
    mode(store, "rwx------");
    system.setProperty("crond.store.dir", store.toString());
    system.setProperty("crond.crontab.file", home.resolve("crontab").toString());
    settings = SettingsLoader.load(Map.of(), system);
  }

  private static Path mode(Path path, String mode) throws IOException {
    return Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
  }

  @Test
  void hasNothingToSayWhenAllIsRoots() {
    assertThat(WritableByOthers.of(settings)).isEmpty();
  }

  @Test
  void namesWhatEverybodyMayWrite() throws IOException {
    for (String path : new String[] {"routes", "routes/a.camel.yaml", "lib/my.jar"}) {
      mode(home.resolve(path), "rwxrwxrwx");
    }

    assertThat(WritableByOthers.of(settings))
        .containsExactly(
            home + "/routes is writable by everybody, which lets them run commands as root",
            home
                + "/routes/a.camel.yaml is writable by everybody, which lets them run commands"
                + " as root",
            home + "/lib/my.jar is writable by everybody, which lets them run commands as root");
  }

  @Test
  void aFileOfTheCrontabIsLookedAtWhenItIsRead() throws IOException {
    Path crontab = home.resolve("crontab");
    assertThat(WritableByOthers.of(crontab)).isEmpty();
    mode(crontab, "rw-rw-rw-");

    assertThat(WritableByOthers.of(crontab))
        .contains(crontab + " is writable by everybody, which lets them run commands as root");
  }

  @Test
  void theCrontabOfAUserMayBelongToThatUser() throws IOException {
    Path spool = Files.createDirectories(home.resolve("spool/cron/crontabs"));
    for (String name : new String[] {"daemon", "bin"}) {
      mode(Files.writeString(spool.resolve(name), ""), "rw-------");
      Files.setAttribute(spool.resolve(name), "unix:uid", 1);
    }

    assertThat(WritableByOthers.of(spool.resolve("daemon"))).isEmpty();
    assertThat(WritableByOthers.of(spool.resolve("bin")))
        .contains(spool + "/bin belongs to daemon, which lets them run commands as root");
  }

  @Test
  void namesTheStoreFolderAndTheFolderThatItIsIn() throws IOException {
    mode(home.resolve("state/store"), "rwx----w-");
    mode(home.resolve("state"), "rwxrwxrwx");

    assertThat(WritableByOthers.of(settings))
        .containsExactly(
            home + "/state is writable by everybody, which lets them run commands as root",
            home + "/state/store is writable by everybody, which lets them run commands as root");
  }

  @Test
  void namesWhatBelongsToAnother() throws IOException {
    Path settingsFile = home.resolve("application.properties");
    Files.setOwner(
        settingsFile,
        settingsFile
            .getFileSystem()
            .getUserPrincipalLookupService()
            .lookupPrincipalByName("daemon"));

    assertThat(WritableByOthers.of(settings))
        .containsExactly(settingsFile + " belongs to daemon, which lets them run commands as root");
  }
}
