// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.http;

import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The first handler of every request: checks Host header, token and content type. All paths that
 * are not listed as public here require the token, including routes of users.
 */
public final class AccessFilter implements Handler<RoutingContext> {
  private static final Set<String> PUBLIC =
      Set.of(
          "/",
          "/dashboard/app.css",
          "/dashboard/icon.svg",
          "/observe/health",
          "/observe/health/live",
          "/observe/health/ready",
          "/observe/metrics");

  /** Headers that a proxy in front could read from another occurrence than this server does. */
  private static final List<String> SINGLE = List.of("Host", "Authorization");

  private static final String WITH_TOKEN = "crond-with-token";

  private static final Set<HttpMethod> READS =
      Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
          + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private final HttpToken token;
  private final HttpSettings settings;
  private final Consumer<HttpConnection> trusted;

  /**
   * Accepts requests that carry {@code token} and name a host that {@code settings} accept.
   *
   * @param trusted is called with each connection on which the token was sent
   */
  public AccessFilter(HttpToken token, HttpSettings settings, Consumer<HttpConnection> trusted) {
    this.token = token;
    this.settings = settings;
    this.trusted = trusted;
  }

  @Override
  public void handle(RoutingContext context) {
    HttpServerRequest request = context.request();
    protect(context.response());
    try {
      check(context);
      dropCamel(request.headers());
      dropCamel(context.queryParams());
    } catch (ApiProblem problem) {
      answer(context, problem);
      return;
    } catch (IllegalArgumentException e) {
      answer(context, new ApiProblem(400, "invalid path or query"));
      return;
    }
    if (request.method() == HttpMethod.HEAD) {
      // The server sends no body for HEAD requests.
      context.reroute(HttpMethod.GET, request.uri());
      return;
    }
    if (context.normalizedPath().startsWith("/observe/")) {
      // They could request details that are not public, such as stack traces.
      request.params().clear();
    }
    context.next();
  }

  private void check(RoutingContext context) {
    HttpServerRequest request = context.request();
    for (String single : SINGLE) {
      if (request.headers().getAll(single).size() > 1) {
        throw new ApiProblem(400, "more than one " + single + " header, send only one");
      }
    }
    String host = request.getHeader("Host");
    if (host == null || !settings.accepts(host)) {
      throw new ApiProblem(403, "host " + host + " is not served here, use localhost");
    }
    if (isPublic(context.normalizedPath())) {
      return;
    }
    String authorization = request.getHeader("Authorization");
    if (authorization == null || !token.opens(authorization)) {
      throw new ApiProblem(401, "send the token as Authorization: Bearer, or as basic password");
    }
    context.put(WITH_TOKEN, true);
    trusted.accept(request.connection());
    String type = request.getHeader("Content-Type");
    if (!READS.contains(request.method()) && (type == null || !isJson(type))) {
      throw new ApiProblem(415, "send Content-Type: application/json");
    }
  }

  /** Whether the request of {@code context} came with the token. */
  static boolean hasToken(RoutingContext context) {
    return context.get(WITH_TOKEN, false);
  }

  private static boolean isPublic(String path) {
    return PUBLIC.contains(path) || path.matches("/dashboard/[a-z]+\\.js");
  }

  private static boolean isJson(String contentType) {
    return contentType.split(";", 2)[0].strip().equalsIgnoreCase("application/json");
  }

  private static void protect(HttpServerResponse response) {
    response.putHeader("Content-Security-Policy", POLICY);
    response.putHeader("X-Content-Type-Options", "nosniff");
    response.putHeader("Referrer-Policy", "no-referrer");
    response.putHeader("Cross-Origin-Resource-Policy", "same-origin");
    response.putHeader("Cache-Control", "no-store");
  }

  /** Camel is controlled by headers with such names, ignoring case. */
  private static void dropCamel(MultiMap names) {
    for (String name : List.copyOf(names.names())) {
      String plain = name.toLowerCase(Locale.ROOT).strip();
      if (plain.startsWith("camel") || plain.startsWith("org.apache.camel")) {
        names.remove(name);
      }
    }
  }

  /** Responds with {@code problem} and ends the request. */
  static void answer(RoutingContext context, ApiProblem problem) {
    HttpServerResponse response = context.response();
    if (response.ended() || response.headWritten()) {
      return;
    }
    if (problem.status() == 401) {
      response.putHeader("WWW-Authenticate", "Bearer realm=\"camel-crond\"");
    }
    response
        .setStatusCode(problem.status())
        .putHeader("Content-Type", "application/problem+json")
        .end(problem.json());
  }
}
