// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cli;

import io.github.camelcrond.config.ErrorText;
import io.github.camelcrond.config.Json;
import io.github.camelcrond.config.JsonException;
import io.github.camelcrond.config.JsonValue;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.stream.Stream;

/** An HTTP client for the API of a running daemon. */
final class ApiClient {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int REDIRECTED = 300;
  private static final int UNAUTHORIZED = 401;

  private final URI base;
  private final String token;
  // Without redirects, which could carry the token elsewhere.
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .followRedirects(HttpClient.Redirect.NEVER)
          .connectTimeout(PATIENCE)
          .build();

  /**
   * @param base {@code http://host:port}
   */
  ApiClient(URI base, String token) {
    this.base = base;
    this.token = token;
  }

  /** Sends a GET request for {@code path} and returns the JSON of the response. */
  JsonValue get(String path) throws ApiException {
    return json(send(request(path).timeout(PATIENCE).GET(), BodyHandlers.ofString()).body());
  }

  /**
   * Sends a POST request without content and returns the JSON of the response.
   *
   * @param headers alternating names and values
   */
  JsonValue post(String path, String... headers) throws ApiException {
    HttpRequest.Builder request =
        request(path)
            .timeout(PATIENCE)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString("{}"));
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    return json(send(request, BodyHandlers.ofString()).body());
  }

  /** The lines of a stream of server-sent events; the caller closes it. Empty if there are none. */
  Stream<String> events(String path) throws ApiException {
    HttpRequest.Builder request = request(path).header("Accept", "text/event-stream").GET();
    HttpResponse<Stream<String>> response = send(request, BodyHandlers.ofLines());
    boolean events =
        response.headers().firstValue("Content-Type").orElse("").startsWith("text/event-stream");
    if (events) {
      return response.body();
    }
    response.body().close();
    return Stream.empty();
  }

  /** Sends a GET request for {@code path} and returns the text of the response. */
  String text(String path) throws ApiException {
    return send(request(path).timeout(PATIENCE).GET(), BodyHandlers.ofString()).body();
  }

  /** {@code part}, percent-encoded as a segment of a path. */
  static String encode(String part) {
    return URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(base.resolve("/api" + path))
        .header("Authorization", "Bearer " + token);
  }

  /** Sends a request; a response with status 300 or more becomes an exception. */
  private <T> HttpResponse<T> send(HttpRequest.Builder request, BodyHandler<T> handler)
      throws ApiException {
    HttpRequest built = request.build();
    try {
      HttpResponse<T> response = http.send(built, handler);
      if (response.statusCode() >= REDIRECTED) {
        throw refused(response.statusCode(), response.body());
      }
      return response;
    } catch (ConnectException e) {
      throw new ApiException("no daemon is listening at " + base + ", start one or use --url");
    } catch (IOException e) {
      throw new ApiException("the daemon at " + base + " did not respond: " + ErrorText.of(e), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ApiException("interrupted", e);
    }
  }

  private ApiException refused(int status, Object body) {
    if (status == UNAUTHORIZED) {
      return new ApiException(
          "the daemon at "
              + base
              + " rejected the token, set CROND_HTTP_TOKEN to the token of"
              + " that daemon");
    }
    String text = body instanceof Stream<?> lines ? firstLine(lines) : String.valueOf(body);
    try {
      return ApiException.refused(
          json(text).find("detail").map(JsonValue::text).orElse("status " + status));
    } catch (ApiException e) {
      return new ApiException(
          base
              + " does not look like a camel-crond server: it responded"
              + " with status "
              + status);
    }
  }

  private static String firstLine(Stream<?> lines) {
    try (lines) {
      return lines.findFirst().map(String::valueOf).orElse("");
    }
  }

  private JsonValue json(String text) throws ApiException {
    try {
      return Json.read(text);
    } catch (JsonException e) {
      throw new ApiException(
          base + " does not look like a camel-crond server: its response is not JSON", e);
    }
  }
}
