// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.http;

import io.github.camelcrond.config.ErrorText;
import io.github.camelcrond.config.SettingsException;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server socket. Until a handler is set, each request is answered with 503 and Retry-After.
 * Independent of Camel.
 */
final class HttpListener {
  private static final int IDLE_SECONDS = 120;
  private static final int EVENT_LOOPS = 2;
  private static final int WORKERS = 8;

  private static final Duration BLOCKED_CHECK = Duration.ofHours(1);
  private static final long PATIENCE_SECONDS = 10;

  private static final Logger LOG = LoggerFactory.getLogger("crond.http");
  private static final Duration HEADERS = Duration.ofSeconds(10);

  private final Vertx vertx;
  private final HttpServer server;
  private final Connections connections;
  private volatile Handler<HttpServerRequest> handler = HttpListener::unavailable;

  private HttpListener(Vertx vertx, HttpServerOptions options, Connections connections) {
    this.vertx = vertx;
    this.connections = connections;
    this.server =
        vertx
            .createHttpServer(options)
            .connectionHandler(connections::opened)
            // Failures before a connection exists, such as in accepting one.
            .exceptionHandler(e -> LOG.atDebug().setCause(e).log("connection failed"))
            .requestHandler(
                request -> {
                  connections.begun(request);
                  handler.handle(request);
                });
  }

  /**
   * Listens on the host and port of {@code settings}.
   *
   * @throws SettingsException if they cannot be bound
   */
  static HttpListener open(HttpSettings settings) {
    return open(settings, Connections.most(), HEADERS);
  }

  /**
   * @param most connections at once
   * @param headers time within which the headers of a request must arrive
   */
  static HttpListener open(HttpSettings settings, int most, Duration headers) {
    Vertx vertx = newVertx();
    HttpListener listener =
        new HttpListener(
            vertx,
            new HttpServerOptions()
                .setHost(settings.host())
                .setPort(settings.port())
                .setIdleTimeout(IDLE_SECONDS)
                // HTTP/1 only: one place for the host, and a connection from the first byte on.
                .setHttp2ClearTextEnabled(false)
                .setCompressionSupported(true),
            new Connections(vertx, most, headers));
    try {
      await(listener.server.listen());
      return listener;
    } catch (ExecutionException e) {
      listener.close();
      throw cannotBind(settings, e.getCause());
    }
  }

  /**
   * Checks that the host and port of {@code settings} can be bound.
   *
   * @throws SettingsException if they cannot
   */
  static void check(HttpSettings settings) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(settings.host(), settings.port()));
    } catch (IOException e) {
      throw cannotBind(settings, e);
    }
  }

  private static SettingsException cannotBind(HttpSettings settings, Throwable cause) {
    return new SettingsException(
        String.format(
            "cannot bind crond.http.host = %s, crond.http.port = %d: %s; set crond.http.port"
                + " (CROND_HTTP_PORT) to a free port, or crond.http.enabled = false",
            settings.host(), settings.port(), ErrorText.of(cause)));
  }

  private static Vertx newVertx() {
    return Vertx.vertx(
        new VertxOptions()
            .setEventLoopPoolSize(EVENT_LOOPS)
            .setWorkerPoolSize(WORKERS)
            // Its thread would wake each second; only tests of routes need to know.
            .setBlockedThreadCheckInterval(BLOCKED_CHECK.toMillis())
            // No files are served, and the disk may be read-only.
            .setFileSystemOptions(
                new FileSystemOptions()
                    .setClassPathResolvingEnabled(false)
                    .setFileCachingEnabled(false)));
  }

  Vertx vertx() {
    return vertx;
  }

  Connections connections() {
    return connections;
  }

  HttpServer server() {
    return server;
  }

  private static void unavailable(HttpServerRequest request) {
    request.response().setStatusCode(503).putHeader("Retry-After", "1").end();
  }

  /** Passes all further requests to {@code handler}. */
  void serve(Handler<HttpServerRequest> handler) {
    this.handler = handler;
  }

  /** Answers all further requests with 503. */
  void pause() {
    handler = HttpListener::unavailable;
  }

  /** Stops listening. */
  void close() {
    try {
      await(vertx.close());
    } catch (ExecutionException e) {
      throw new IllegalStateException("the HTTP server did not stop", e.getCause());
    }
  }

  private static <T> void await(Future<T> future) throws ExecutionException {
    try {
      future.toCompletionStage().toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the HTTP server starts or stops", e);
    } catch (TimeoutException e) {
      throw new ExecutionException(
          new IllegalStateException("no answer within " + PATIENCE_SECONDS + " s", e));
    }
  }
}
