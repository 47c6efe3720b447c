// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsLoaderTest {
  @TempDir private Path home;
  private final Map<String, String> environment = new TreeMap<>();
  private final Properties system = new Properties();

  private Settings load() {
    system.setProperty("crond.home", home.toString());
    return SettingsLoader.load(environment, system);
  }

  private Path file(String text) throws IOException {
    return Files.writeString(home.resolve("application.properties"), text);
  }

  private String poll() {
    return load().text("crond.crontab.poll-period");
  }

  @Test
  void laterSourcesWin() throws IOException {
    assertThat(poll()).as("default").isEqualTo("30s");
    file("crond.crontab.poll-period = 20s\n");
    assertThat(poll()).as("file").isEqualTo("20s");
    environment.put("CROND_CRONTAB_POLL_PERIOD", "30s");
    assertThat(poll()).as("environment").isEqualTo("30s");
    system.setProperty("crond.crontab.poll-period", "40s");
    assertThat(poll()).as("system property").isEqualTo("40s");
  }

  @Test
  void refusesUnknownKeysAllAtOnceAndNamesTheNearest() throws IOException {
    Path file = file("crond.crontab.pol-period = 20s\n");
    system.setProperty("crond.stroe", "redis");

    assertThatThrownBy(this::load)
        .hasMessage(
            file
                + ": crond.crontab.pol-period is not a known setting, did you mean"
                + " crond.crontab.poll-period?\n"
                + "-Dcrond.stroe is not a known setting, did you mean crond.store?");
  }

  @Test
  void warnsOfUnknownVariables() {
    environment.put("CROND_STROE_DIR", "/x");

    assertThat(load().warnings())
        .containsExactly("CROND_STROE_DIR is not a known setting, did you mean CROND_STORE_DIR?");
  }

  @Test
  void ignoresWhatKubernetesSetsForAServiceOfOurName() {
    environment.put("CROND_PORT", "tcp://10.0.0.1:8080");
    environment.put("CROND_SERVICE_HOST", "10.0.0.1");
    environment.put("CROND_SERVICE_PORT", "8080");
    environment.put("CROND_PORT_8080_TCP_ADDR", "10.0.0.1");
    environment.put("CROND_HTTP_PORT_8080_TCP_PROTO", "tcp");

    assertThat(load().warnings()).isEmpty();
  }

  @Test
  void ignoresTheLinkOfAServiceThatHasTheNameOfASetting() {
    environment.put("CROND_HTTP_PORT", "tcp://10.0.0.1:8080");

    assertThat(load().text("crond.http.port")).isEqualTo("8080");
    assertThat(load().warnings())
        .containsExactly(
            "CROND_HTTP_PORT = tcp://10.0.0.1:8080 is ignored, Kubernetes sets it for a service of"
                + " that name; set enableServiceLinks: false");
  }

  @Test
  void namesATemporaryFolderOfTheStateOnly() {
    Properties before = (Properties) System.getProperties().clone();
    System.setProperty("user.name", "?");
    System.setProperty("user.home", "?");
    try {
      assertThat(load().temporaryStoreDir()).contains(Path.of("/tmp/camel-crond-x"));
      environment.put("CROND_STORE_DIR", "/data");
      assertThat(load().temporaryStoreDir()).isEmpty();
      environment.remove("CROND_STORE_DIR");
      System.setProperty("user.home", "/home/ann");
      assertThat(load().temporaryStoreDir()).isEmpty();
    } finally {
      System.setProperties(before);
    }
  }

  @Test
  void readsSecretsFromFiles() throws IOException {
    Path secret = Files.writeString(home.resolve("secret"), "redis://secret@redis\n");
    environment.put("CROND_REDIS_URL_FILE", secret.toString());

    assertThat(load().text("crond.redis.url")).isEqualTo("redis://secret@redis");
  }

  @Test
  void refusesASecretThatCannotBeReadOrIsSetTwice() {
    environment.put("CROND_REDIS_URL_FILE", "/nowhere");
    assertThatThrownBy(this::load)
        .hasMessage("CROND_REDIS_URL_FILE = /nowhere cannot be read: NoSuchFileException");

    environment.put("CROND_REDIS_URL", "redis://x");
    assertThatThrownBy(this::load)
        .hasMessage("CROND_REDIS_URL_FILE and CROND_REDIS_URL are both set, use one of them");
  }

  @Test
  void refusesAMissingFileOnlyIfItWasNamed() {
    assertThat(load().file()).isEqualTo(home.resolve("application.properties"));

    environment.put("CROND_CONFIG", "/nowhere");
    assertThatThrownBy(this::load)
        .hasMessage("/nowhere: file does not exist, correct crond.config");
  }

  @Test
  void saysWhatIsAllowedForABadValue() {
    system.setProperty("crond.run.misfire-grace", "1w");
    system.setProperty("crond.stop.grace", "2h");
    system.setProperty("crond.store", "oracle");
    Settings settings = load();

    assertThatThrownBy(
            () -> settings.duration("crond.stop.grace", Duration.ZERO, Duration.ofHours(1)))
        .hasMessage("crond.stop.grace = 2h is out of range, use 0s to 1h");
    assertThatThrownBy(() -> settings.oneOf("crond.store", "file", "redis"))
        .hasMessage("crond.store = oracle is not supported, use file or redis");
    assertThatThrownBy(
            () -> settings.duration("crond.run.misfire-grace", Duration.ZERO, Duration.ofDays(1)))
        .hasMessageStartingWith("crond.run.misfire-grace = 1w is ");
  }
}
