// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.http;

import io.github.camelcrond.config.Settings;
import io.github.camelcrond.config.SettingsException;
import io.github.camelcrond.observe.HealthBeans;
import io.github.camelcrond.observe.MetricsBeans;
import io.github.camelcrond.run.Run;
import io.github.camelcrond.run.RunEnd;
import io.github.camelcrond.run.RunHistory;
import io.github.camelcrond.run.RunListener;
import io.github.camelcrond.run.Runs;
import java.time.Clock;
import java.util.concurrent.CompletableFuture;
import org.apache.camel.CamelContext;
import org.apache.camel.component.platform.http.PlatformHttpComponent;
import org.apache.camel.component.platform.http.main.ManagementHttpServer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts the HTTP server after the jobs, which do not wait for it. Only whether the port is free is
 * checked at the very start.
 */
public final class HttpStart {
  private static final Logger LOG = LoggerFactory.getLogger("crond.http");

  private final Settings settings;
  private final HttpSettings http;
  private final CompletableFuture<MetricsBeans> metrics = new CompletableFuture<>();
  private volatile HttpListener listener;
  private MetricsBeans metricsBeans;
  private HttpServer server;

  private HttpStart(Settings settings) {
    this.settings = settings;
    this.http = HttpSettings.of(settings);
  }

  /**
   * Checks that the port is free, and the settings that {@link #serve} will use.
   *
   * @throws SettingsException if the port is not free or a setting is invalid
   */
  public static HttpStart begin(Settings settings) {
    HttpStart start = new HttpStart(settings);
    HealthBeans.failures(settings);
    settings.flag("crond.metrics.per-job");
    HttpListener.check(start.http);
    return start;
  }

  /**
   * Whether a route file must be loaded after {@link #serve}: the files of the directory {@code
   * http}, and users' files that handle requests.
   *
   * @param name of the file, relative to its directory
   */
  public static boolean serves(String name, String text) {
    return name.startsWith("internal/http/")
        || text.contains("platform-http")
        || text.contains("- rest:");
  }

  /** Counts {@code runs} in the metrics, from the first on. */
  public void watch(Runs runs) {
    runs.listen(
        new RunListener() {
          @Override
          public void ended(Run run, RunEnd end) {
            metrics.thenAccept(made -> made.runs().ended(run, end));
          }
        });
  }

  /**
   * Starts to listen, and creates the metrics, which takes most of the time and does not need
   * Camel.
   *
   * @throws SettingsException if the port has been taken meanwhile
   */
  public void open() {
    CompletableFuture<MetricsBeans> made =
        CompletableFuture.supplyAsync(() -> new MetricsBeans(settings), HttpStart::go);
    listener = HttpListener.open(http);
    metricsBeans = made.join();
  }

  /**
   * Makes the server, after {@link #open}. The routes that {@link #serves} accepts are to be loaded
   * next; until {@link #ready}, requests are answered with 503.
   */
  public void serve(Clock clock, CamelContext context) throws Exception {
    HealthBeans.bind(settings, clock, context);
    HttpBeans.bind(settings, clock, context);
    context
        .getComponent("platform-http", PlatformHttpComponent.class)
        .setHeaderFilterStrategy(new RequestHeaders());
    HttpToken token = context.getRegistry().lookupByNameAndType("http-token", HttpToken.class);
    AccessFilter filter = new AccessFilter(token, http, listener.connections()::trust);
    server = new HttpServer(http, listener, filter);
    context.addService(server, true, true);
    context.getRegistry().bind("http-server", server);
    server.router().get("/api/runs/:run/output").handler(outputEvents(context));
    context.addService(management(), true, true);
    metricsBeans.bind(clock, context);
    metrics.complete(metricsBeans);
  }

  /** Handles requests from now on; all required routes exist. */
  public void ready() {
    server.serve();
    HttpToken token =
        server.getCamelContext().getRegistry().lookupByNameAndType("http-token", HttpToken.class);
    LOG.atInfo().addKeyValue("url", url(server)).log("HTTP server listening");
    DashboardLink.printOnTerminal(reachable(url(server)), token);
  }

  /** Answers requests with 503 from now on, as the routes that handle them are about to stop. */
  public void end() {
    if (listener != null) {
      listener.pause();
    }
  }

  private static void go(Runnable task) {
    Thread thread = new Thread(task, "http-start");
    thread.setDaemon(true);
    thread.start();
  }

  private static OutputEvents outputEvents(CamelContext context) {
    return new OutputEvents(
        context.getRegistry().lookupByNameAndType("runs", Runs.class),
        context.getRegistry().lookupByNameAndType("run-history", RunHistory.class),
        HttpBeans.peers(context.getRegistry()));
  }

  private ManagementHttpServer management() {
    ManagementHttpServer server = new ManagementHttpServer();
    server.setHost(http.host());
    server.setPort(http.port());
    server.setPath("/");
    server.setHealthCheckEnabled(true);
    server.setHealthPath("/observe/health");
    server.setMetricsEnabled(true);
    return server;
  }

  /** The URL for a browser, with a wildcard address replaced. */
  private static String reachable(String url) {
    return url.replace("://0.0.0.0:", "://localhost:").replace("://[::]:", "://localhost:");
  }

  private String url(HttpServer server) {
    String host = http.host().contains(":") ? "[" + http.host() + "]" : http.host();
    return "http://" + host + ":" + server.getPort();
  }
}
