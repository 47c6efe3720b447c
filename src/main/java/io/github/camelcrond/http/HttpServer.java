// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.http;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClosedException;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServer;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServerConfiguration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Camel's HTTP server on the socket of an {@link HttpListener}; every request passes the filter
 * first.
 *
 * <p>Camel's own server ignores a port that is in use, and has no options for the socket.
 */
public final class HttpServer extends VertxPlatformHttpServer {
  /** Details of the errors that the router answers itself. */
  private static final Map<Integer, String> UNANSWERED =
      Map.of(
          400, "invalid request",
          404, "this path does not exist",
          405, "this path does not support the method",
          406, "this path does not offer the type in Accept",
          413, "the body is larger than crond.http.body-limit",
          415, "this path does not accept the type in Content-Type",
          500, "the daemon failed, see its log");

  private static final Logger LOG = LoggerFactory.getLogger("crond.http");

  private final HttpSettings settings;
  private final HttpListener listener;
  private final Handler<RoutingContext> filter;

  HttpServer(HttpSettings settings, HttpListener listener, Handler<RoutingContext> filter) {
    super(configuration(settings));
    this.settings = settings;
    this.listener = listener;
    this.filter = filter;
  }

  private static VertxPlatformHttpServerConfiguration configuration(HttpSettings settings) {
    VertxPlatformHttpServerConfiguration configuration = new VertxPlatformHttpServerConfiguration();
    configuration.setBindHost(settings.host());
    configuration.setBindPort(settings.port());
    configuration.setMaxBodySize(settings.bodyLimit());
    configuration.getBodyHandler().setHandleFileUploads(false);
    return configuration;
  }

  @Override
  protected Vertx createVertxInstance() {
    return listener.vertx();
  }

  @Override
  protected void initializeServer() {
    super.initializeServer();
    router().route().handler(filter);
    UNANSWERED.forEach(
        (status, detail) ->
            router()
                .errorHandler(
                    status,
                    context -> {
                      logFault(context);
                      AccessFilter.answer(context, new ApiProblem(status, detail));
                    }));
  }

  /** Logs only requests with the token: other clients could fill the log. */
  private static void logFault(RoutingContext context) {
    boolean gone = context.failure() instanceof HttpClosedException;
    if (context.statusCode() == 500 && !gone && AccessFilter.hasToken(context)) {
      LOG.atError()
          .addKeyValue("method", context.request().method())
          .addKeyValue("path", context.request().path())
          .setCause(context.failure())
          .log("request failed");
    }
  }

  /** The router of the daemon's own handlers and Camel's routes. */
  public VertxPlatformHttpRouter router() {
    return VertxPlatformHttpRouter.lookup(
        getCamelContext(), VertxPlatformHttpRouter.getRouterNameFromPort(settings.port()));
  }

  @Override
  protected void startServer() {
    // The listener is open already; serve() comes after its routes.
  }

  /** Handles requests from now on; until then they are answered with 503. */
  void serve() {
    listener.serve(router());
  }

  @Override
  public io.vertx.core.http.HttpServer getServer() {
    return listener.server();
  }

  @Override
  public int getPort() {
    return listener.server().actualPort();
  }

  @Override
  protected void stopServer() {
    listener.close();
  }

  @Override
  protected void stopVertx() {
    // Closed by its listener.
  }
}
