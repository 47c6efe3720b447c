// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.camelcrond.config.SettingsException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

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
}
