// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.camelcrond.run.Run;
import io.github.camelcrond.run.RunListener;
import io.github.camelcrond.run.Runs;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.camel.Exchange;
import org.apache.camel.spi.CamelEvent;
import org.apache.camel.spi.CamelEvent.ExchangeSendingEvent;
import org.apache.camel.support.EventNotifierSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

final class HttpAccessTest {
  @TempDir static Path folder;
  private static RunningDaemon daemon;

  @BeforeAll
  static void start() throws Exception {
    daemon =
        RunningDaemon.start(
            folder,
            "CRON_NAME = hello\n0 0 1 1 * - echo secret-command\n",
            "CROND_HTTP_BODY_LIMIT=2KB");
  }

  @AfterAll
  static void stop() throws Exception {
    daemon.close();
  }

  @ParameterizedTest(name = "{0}: {1} {2}")
  @CsvFileSource(
      resources = "/spec/http/access.csv",
      delimiter = '|',
      ignoreLeadingAndTrailingWhitespace = true)
  void letsThoseInThatTheTableSays(
      String rule, String method, String path, String authorization, String type, int status)
      throws IOException {
    String host = daemon.url().getHost() + ":" + daemon.url().getPort();
    StringBuilder request = new StringBuilder(method + " " + path + " HTTP/1.1\r\nHost: " + host);
    if (authorization != null) {
      String value =
          authorization.startsWith("Basic ")
              ? "Basic "
                  + Base64.getEncoder()
                      .encodeToString(
                          token(authorization.substring(6)).getBytes(StandardCharsets.UTF_8))
              : token(authorization);
      request.append("\r\nAuthorization: ").append(value);
    }
    if (type != null) {
      request.append("\r\nContent-Type: ").append(type);
    }
    request.append("\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}");
    assertThat(raw(request.toString())).startsWith("HTTP/1.1 " + status);
  }

  private static String token(String text) {
    return text.replace("TOKEN", RunningDaemon.TOKEN);
  }

  private static String raw(String request) throws IOException {
    try (Socket socket = new Socket(daemon.url().getHost(), daemon.url().getPort())) {
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvFileSource(
      resources = "/spec/http/hosts.csv",
      delimiter = '|',
      ignoreLeadingAndTrailingWhitespace = true)
  void answersToItsOwnNamesOnly(String host, int status) throws IOException {
    String name = host == null ? "" : "Host: " + host + "\r\n";
    assertThat(raw("GET /observe/health HTTP/1.1\r\n" + name + "Connection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 " + status);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Host: localhost\r\nHost: evil.example",
        "Host: evil.example\r\nHost: localhost",
        "Host: localhost\r\nAuthorization: Bearer TOKEN\r\nAuthorization: Bearer x",
        "Host: localhost\r\nAuthorization: Bearer x\r\nauthorization: Bearer TOKEN"
      })
  void refusesWhatIsSaidTwice(String headers) throws IOException {
    for (String path : List.of("/api/jobs", "/observe/health")) {
      String request = "GET " + path + " HTTP/1.1\r\n" + token(headers);
      assertThat(raw(request + "\r\nConnection: close\r\n\r\n"))
          .as(path)
          .startsWith("HTTP/1.1 400");
    }
  }

  @Test
  void aClientWithoutATokenLeavesNothingInTheLog() throws IOException {
    Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    log.start();
    root.addAppender(log);
    try {
      for (String request :
          List.of(
              "\0\1\2\r\n\r\n",
              "GET / HTTP/9.9\r\n\r\n",
              "GET  HTTP/1.1\r\n\r\n",
              "GET /%zz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
              "GET /?a=%zz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
              "GET //../.. HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
              "GET http://[ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
              "GET / HTTP/1.1\r\nHost: localhost\r\nX: " + "y".repeat(20_000) + "\r\n\r\n",
              "GET /" + "y".repeat(20_000) + " HTTP/1.1\r\n\r\n",
              "GET / HTTP/1.1\r\nno colon\r\nConnection: close\r\n\r\n",
              "GET / HTTP/1.1\r\nHost: localhost\r\nCookie: \1=;=\r\nConnection: close\r\n\r\n",
              "POST /api/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\n\r\n",
              "POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
              "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, close\r\n"
                  + "Upgrade: websocket\r\n\r\n")) {
        broken(request, false);
        broken(request, true);
      }
      for (String method : List.of("GET", "HEAD", "POST")) {
        for (String path : List.of("/", "/observe/health", "/api/jobs")) {
          for (String header :
              List.of(
                  "Transfer-Encoding: chunked",
                  "Content-Length: 50",
                  "Authorization: Bearer",
                  "Content-Type: multipart/form-data; boundary=x")) {
            String request =
                method
                    + " "
                    + path
                    + " HTTP/1.1\r\nHost: localhost\r\n"
                    + header
                    + "\r\n\r\nzzz\r\n";
            broken(request, false);
            broken(request, true);
          }
        }
      }
      // Requests that wait for the answer of another when their connection fails.
      String pipelined = "GET /observe/metrics HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(3);
      for (int i = 0; i < 20; i++) {
        broken(pipelined + "zzz\r\n\r\n", false);
        broken(pipelined, true);
        broken(pipelined + "zzz\r\n\r\n", true);
      }
    } finally {
      root.detachAppender(log);
    }
    assertThat(log.list)
        .filteredOn(event -> !event.getLoggerName().startsWith("crond.run"))
        .extracting(event -> event.getLoggerName() + " " + event.getFormattedMessage())
        .isEmpty();
  }

  /** Sends what is no whole request, and leaves in order or by a reset. */
  private static void broken(String request, boolean reset) throws IOException {
    try (Socket socket = new Socket(daemon.url().getHost(), daemon.url().getPort())) {
      socket.setSoTimeout(500);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      if (reset) {
        socket.setSoLinger(true, 0);
        return;
      }
      socket.shutdownOutput();
      socket.getInputStream().readAllBytes();
    } catch (SocketException | SocketTimeoutException e) {
      // Whatever the answer is.
    }
  }

  @Test
  void everyPathOfTheApiNeedsTheToken() throws IOException {
    Map<String, List<String>> tried = new TreeMap<>();
    var paths =
        new ObjectMapper()
            .readTree(HttpAccessTest.class.getResourceAsStream("openapi.json"))
            .path("paths");
    for (var path : paths.properties()) {
      for (var method : path.getValue().properties()) {
        String verb = method.getKey().toUpperCase(Locale.ROOT);
        String target = "/api" + path.getKey().replaceAll("\\{[a-z]+}", "1");
        HttpResponse<String> response =
            daemon.send(
                HttpRequest.newBuilder(daemon.url().resolve(target))
                    .method(verb, HttpRequest.BodyPublishers.ofString("{}")),
                "Content-Type",
                "application/json");
        assertThat(response.statusCode()).as(verb + " " + target).isEqualTo(401);
        tried.computeIfAbsent(target, t -> new ArrayList<>()).add(verb);
      }
    }
    assertThat(tried).hasSizeGreaterThan(10);
  }

  @Test
  void noHeaderOfARequestReachesARun() throws Exception {
    ConcurrentLinkedQueue<String> names = new ConcurrentLinkedQueue<>();
    List<String> begun = new ArrayList<>();
    daemon
        .daemon()
        .context()
        .getRegistry()
        .lookupByNameAndType("runs", Runs.class)
        .listen(
            new RunListener() {
              @Override
              public void begun(Run run) {
                begun.add(run.id());
              }
            });
    var strategy = daemon.daemon().context().getManagementStrategy();
    var notifier =
        new EventNotifierSupport() {
          @Override
          public void notify(CamelEvent event) {
            Exchange exchange = ((ExchangeSendingEvent) event).getExchange();
            String uri = ((ExchangeSendingEvent) event).getEndpoint().getEndpointUri();
            if (uri.startsWith("seda://job-run") || uri.startsWith("exec:")) {
              names.add(uri);
              names.addAll(exchange.getMessage().getHeaders().keySet());
            }
          }

          @Override
          public boolean isEnabled(CamelEvent event) {
            return event instanceof ExchangeSendingEvent;
          }
        };
    notifier.start();
    strategy.addEventNotifier(notifier);
    HttpResponse<String> accepted =
        daemon.api(
            "POST",
            "/jobs/hello/run?CamelExecCommandExecutable=/bin/id&camelexeccommandargs=x",
            "{}",
            "CamelExecCommandExecutable",
            "/bin/false",
            "CAmelExecCommandArgs",
            "x",
            "camelExecCommandWorkingDir",
            "/",
            "camel-exec-command-executable",
            "/bin/false",
            "org.apache.camel.x",
            "x",
            "X-Other",
            "x");
    String run = new ObjectMapper().readTree(accepted.body()).path("run").asText();
    await().until(() -> daemon.json("/runs/" + run).has("ended"));
    strategy.removeEventNotifier(notifier);
    assertThat(begun).contains(run);
    assertThat(daemon.api("GET", "/runs/" + run + "/output", "").body())
        .isEqualTo("secret-command\n");
    assertThat(names).contains("exec://job?binding=%23job-binding&commandExecutor=%23job-executor");
    assertThat(names).allMatch(name -> name.contains("://"));
  }

  @Test
  void refusesBodiesThatAreTooLarge() throws IOException {
    String large = "{\"text\":\"" + "#".repeat(3_000) + "\"}";
    HttpResponse<String> refused = daemon.api("POST", "/crontab/check", large);
    assertThat(refused.statusCode()).isEqualTo(413);
    assertThat(refused.headers().firstValue("Content-Type")).hasValue("application/problem+json");
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET /api/jobs", "OPTIONS /api/jobs", "GET /", "OPTIONS /observe/health"})
  void allowsNoOtherOrigin(String request) throws IOException {
    for (String token : List.of("Authorization: Bearer " + RunningDaemon.TOKEN + "\r\n", "")) {
      String answer =
          raw(
              request
                  + " HTTP/1.1\r\nHost: localhost\r\nOrigin: https://evil.example\r\n"
                  + "Access-Control-Request-Method: PUT\r\n"
                  + token
                  + "Connection: close\r\n\r\n");
      assertThat(answer).startsWith("HTTP/1.1 ");
      assertThat(answer.toLowerCase(Locale.ROOT)).doesNotContain("access-control");
    }
  }

  @Test
  void protectsThePageByItsHeaders() throws IOException {
    var headers = daemon.get("/").headers();
    assertThat(headers.firstValue("Content-Security-Policy").orElseThrow())
        .startsWith("default-src 'none'; script-src 'self'");
    assertThat(headers.firstValue("X-Content-Type-Options")).hasValue("nosniff");
    assertThat(headers.firstValue("Referrer-Policy")).hasValue("no-referrer");
  }

  @Test
  void healthAndMetricsCarryNoCommand() throws IOException {
    for (String path : List.of("/observe/health?data=true", "/observe/metrics")) {
      assertThat(daemon.get(path).statusCode()).isEqualTo(200);
      assertThat(daemon.get(path).body()).doesNotContain("secret-command");
    }
  }

  @Test
  void servesNoFileButThoseOfTheDashboard() throws IOException {
    Files.writeString(folder.resolve("loose.txt"), "loose");
    for (String path :
        List.of(
            "/application.properties",
            "/pom.xml",
            "/dashboard/../openapi.json",
            "/dashboard/..%2fopenapi.json",
            "/dashboard/nothing.js",
            "/io/github/camelcrond/http/openapi.json")) {
      HttpResponse<String> response =
          daemon.send(
              HttpRequest.newBuilder(java.net.URI.create(daemon.url() + path)).GET(),
              "Authorization",
              "Bearer " + RunningDaemon.TOKEN);
      assertThat(response.statusCode()).as(path).isEqualTo(404);
    }
  }

  @Test
  void saysWhatIsWrongAsRfc9457WantsIt() throws IOException {
    HttpResponse<String> missing = daemon.api("GET", "/jobs/nope", "");
    assertThat(missing.statusCode()).isEqualTo(404);
    assertThat(missing.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    assertThat(missing.body())
        .isEqualTo("{\"title\":\"not found\",\"status\":404,\"detail\":\"no such job: nope\"}");
  }
}
