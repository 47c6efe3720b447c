// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.camelcrond.config.SettingsLoader;
import io.github.camelcrond.daemon.Daemon;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.awaitility.Awaitility;

/** A daemon in this process, with a crontab and a store of its own, on a free port. */
public final class RunningDaemon implements AutoCloseable {
  /** What its API asks for. */
  public static final String TOKEN = "s3cret-of-the-tests";

  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  private final Path folder;
  private final Daemon daemon;

  private RunningDaemon(Path folder, Daemon daemon) {
    this.folder = folder;
    this.daemon = daemon;
  }

  /** Starts with this crontab in {@code folder}; settings are environment variables. */
  public static RunningDaemon start(Path folder, String crontab, String... settings)
      throws Exception {
    Files.writeString(folder.resolve("crontab"), crontab);
    RunningDaemon running = startUnready(folder, settings);
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> running.get("/observe/health/ready").statusCode() == 200);
    return running;
  }

  /** Starts and does not wait until the crontab was read. */
  static RunningDaemon startUnready(Path folder, String... settings) throws Exception {
    Map<String, String> environment = new HashMap<>();
    environment.put("CROND_CRONTAB_FILE", folder.resolve("crontab").toString());
    environment.put("CROND_STORE_DIR", folder.resolve("store").toString());
    environment.put("CROND_HTTP_PORT", "0");
    environment.put("CROND_HTTP_TOKEN", TOKEN);
    environment.put("CROND_STOP_GRACE", "0s");
    for (String setting : settings) {
      String[] pair = setting.split("=", 2);
      environment.put(pair[0], pair[1]);
    }
    Daemon daemon =
        new Daemon(SettingsLoader.load(environment, new Properties()), Clock.systemUTC());
    daemon.start();
    return new RunningDaemon(folder, daemon);
  }

  /** Its crontab. */
  public Path crontab() {
    return folder.resolve("crontab");
  }

  /** {@code http://127.0.0.1:port}. */
  public URI url() {
    int port =
        daemon
            .context()
            .getRegistry()
            .lookupByNameAndType("http-server", HttpServer.class)
            .getPort();
    return URI.create("http://127.0.0.1:" + port);
  }

  /** The daemon itself. */
  public Daemon daemon() {
    return daemon;
  }

  /** A request without anything. */
  public HttpResponse<String> get(String path, String... headers) throws IOException {
    return send(HttpRequest.newBuilder(url().resolve(path)).GET(), headers);
  }

  /** A request to the API, with the token. */
  public HttpResponse<String> api(String method, String path, String body, String... headers)
      throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(url().resolve("/api" + path))
            .header("Authorization", "Bearer " + TOKEN)
            .method(method, BodyPublishers.ofString(body));
    if (List.of(headers).stream().noneMatch("Content-Type"::equalsIgnoreCase)) {
      request.header("Content-Type", "application/json");
    }
    return send(request, headers);
  }

  /** What {@code GET} of the API answers. */
  public JsonNode json(String path) throws IOException {
    return new ObjectMapper().readTree(api("GET", path, "").body());
  }

  /** Sends what the builder says. */
  public HttpResponse<String> send(HttpRequest.Builder request, String... headers)
      throws IOException {
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    try {
      return CLIENT.send(request.build(), BodyHandlers.ofString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  @Override
  public void close() {
    try {
      daemon.stop();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
