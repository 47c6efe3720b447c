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
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HttpPortTest {

  @Test
  void aPortThatIsTakenEndsTheStartAndSaysWhatToSet() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      HttpSettings settings = new HttpSettings("127.0.0.1", taken.getLocalPort(), 1024);
      assertThatExceptionOfType(SettingsException.class)
          .isThrownBy(() -> HttpListener.check(settings))
          .withMessageContaining("crond.http.port = " + taken.getLocalPort())
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

  @Test
  void requestsBeforeTheRoutesAreThereAreToComeAgain(@TempDir Path folder) throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    Map<Integer, Boolean> statuses = new ConcurrentHashMap<>();
    AtomicBoolean ended = new AtomicBoolean();
    Thread asks = new Thread(() -> ask(port, statuses, ended));
    asks.start();
    Files.writeString(folder.resolve("crontab"), "CRON_NAME = a\n@yearly - true\n");
    try (RunningDaemon daemon = RunningDaemon.startUnready(folder, "CROND_HTTP_PORT=" + port)) {
      Awaitility.await().until(() -> statuses.containsKey(200));
      assertThat(daemon.api("GET", "/jobs", "").statusCode()).isEqualTo(200);
    } finally {
      ended.set(true);
      asks.join();
    }
    assertThat(statuses.keySet()).contains(503).isSubsetOf(200, 503);
    assertThat(statuses.get(503)).as("says when to come again").isTrue();
  }

  /** Keeps which statuses there were, and whether each answer had a Retry-After. */
  private static void ask(int port, Map<Integer, Boolean> statuses, AtomicBoolean ended) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/jobs"))
            .header("Authorization", "Bearer " + RunningDaemon.TOKEN)
            .build();
    HttpClient client = HttpClient.newHttpClient();
    while (!ended.get()) {
      try {
        HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
        statuses.merge(
            answer.statusCode(),
            answer.headers().firstValue("Retry-After").isPresent(),
            Boolean::logicalAnd);
      } catch (IOException e) {
        Thread.onSpinWait(); // it does not listen yet, or no longer
      } catch (InterruptedException e) {
        return;
      }
    }
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
