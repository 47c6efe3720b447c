// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.camelcrond.config.Settings;
import io.github.camelcrond.config.SettingsException;
import io.github.camelcrond.config.SettingsLoader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HttpPortTest {

  @Test
  void aPortThatIsTakenEndsTheStartAndSaysWhatToSet() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      HttpSettings settings = new HttpSettings("127.0.0.1", taken.getLocalPort(), 1024);
      assertThatExceptionOfType(SettingsException.class)
          .isThrownBy(() -> HttpListener.check(settings))
          .withMessageStartingWith("crond.http.port = " + taken.getLocalPort())
          .withMessageContaining("CROND_HTTP_PORT");
    }
  }

  @Test
  void aPortThatIsTakenLateIsNoticedToo() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      HttpSettings settings = new HttpSettings("127.0.0.1", taken.getLocalPort(), 1024);
      assertThatExceptionOfType(SettingsException.class)
          .isThrownBy(() -> HttpListener.open(settings))
          .withMessageContaining("CROND_HTTP_PORT");
    }
  }

  @Test
  void anyFreePortIsTakenForZero() {
    HttpListener listener = HttpListener.open(new HttpSettings("127.0.0.1", 0, 1024));
    assertThat(listener.server().actualPort()).isPositive();
    listener.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"CROND_HEALTH_FAILURES", "CROND_METRICS_PER_JOB", "CROND_HTTP_PORT"})
  void aSettingThatCannotBeUsedEndsTheStartBeforeAnyJob(String name) {
    Settings settings = SettingsLoader.load(Map.of(name, "many"), new Properties());
    assertThatExceptionOfType(SettingsException.class)
        .isThrownBy(() -> HttpStart.begin(settings))
        .withMessageContaining(
            name.toLowerCase(Locale.ROOT).replaceFirst("crond_([a-z]+)_.*", "crond.$1"));
  }
}
