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
 * Camel's HTTP server on a port that was taken before; every request passes the filter before
 * anything else sees it.
 *
 * <p>Camel's own way of listening goes on when the port is taken, and takes no options.
 */
public final class HttpServer extends VertxPlatformHttpServer {
  /** What the router says itself. */
  private static final Map<Integer, String> UNANSWERED =
      Map.of(
          400, "the request cannot be read",
          404, "there is nothing at this path",
          405, "this path has other methods",
          406, "this path has no such form",
          413, "the body is larger than crond.http.body-limit",
          415, "this path takes no such form",
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

  /** Only for those with a token: others could fill the log. */
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

  /** The router in which the daemon's own handlers and Camel's routes hang. */
  public VertxPlatformHttpRouter router() {
    return VertxPlatformHttpRouter.lookup(
        getCamelContext(), VertxPlatformHttpRouter.getRouterNameFromPort(settings.port()));
  }

  @Override
  protected void startServer() {
    // Not before its routes are there, see serve().
  }

  /** Deals with requests; until then they are answered with 503. */
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
