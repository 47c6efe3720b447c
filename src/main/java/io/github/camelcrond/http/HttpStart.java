// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.http;

import io.github.camelcrond.config.Settings;
import io.github.camelcrond.config.SettingsException;
import io.github.camelcrond.health.HealthBeans;
import io.github.camelcrond.job.Run;
import io.github.camelcrond.job.RunEnd;
import io.github.camelcrond.job.RunHistory;
import io.github.camelcrond.job.RunListener;
import io.github.camelcrond.job.Runs;
import io.github.camelcrond.metrics.MetricsBeans;
import java.time.Clock;
import java.util.concurrent.CompletableFuture;
import org.apache.camel.CamelContext;
import org.apache.camel.component.platform.http.PlatformHttpComponent;
import org.apache.camel.component.platform.http.main.ManagementHttpServer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts what is behind HTTP, late, so that jobs do not wait for it: only whether the port can be
 * had is looked at before anything else.
 */
public final class HttpStart {
  private static final Logger LOG = LoggerFactory.getLogger("crond.http");

  private final Settings settings;
  private final HttpSettings http;
  private final CompletableFuture<MetricsBeans> metrics = new CompletableFuture<>();

  private HttpStart(Settings settings) {
    this.settings = settings;
    this.http = HttpSettings.of(settings);
  }

  /**
   * Looks whether the port is free.
   *
   * @throws SettingsException if it is not
   */
  public static HttpStart begin(Settings settings) {
    HttpStart start = new HttpStart(settings);
    HttpListener.check(start.http);
    return start;
  }

  /** Counts {@code runs} from their first on. */
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
   * Serves; to be called when Camel has started, before it loads the routes in {@code http}.
   *
   * @throws SettingsException if the port cannot be had after all
   */
  public void serve(Clock clock, CamelContext context) throws Exception {
    CompletableFuture<MetricsBeans> made =
        CompletableFuture.supplyAsync(() -> new MetricsBeans(settings), HttpStart::go);
    HealthBeans.bind(settings, clock, context);
    HttpBeans.bind(settings, clock, context);
    context
        .getComponent("platform-http", PlatformHttpComponent.class)
        .setHeaderFilterStrategy(new RequestHeaders());
    HttpToken token = context.getRegistry().lookupByNameAndType("http-token", HttpToken.class);
    AccessFilter filter = new AccessFilter(token, new HostRule(http.loopback()));
    HttpServer server = new HttpServer(http, HttpListener.open(http), filter);
    context.addService(server, true, true);
    context.getRegistry().bind("http-server", server);
    server.router().get("/api/runs/:run/output").handler(outputEvents(context));
    context.addService(management(), true, true);
    made.join().bind(clock, context);
    metrics.complete(made.join());
    LOG.atInfo().addKeyValue("url", url(server)).log("http listens");
    DashboardLink.printOnTerminal(reachable(url(server)), token);
  }

  private static void go(Runnable task) {
    Thread thread = new Thread(task, "http-start");
    thread.setDaemon(true);
    thread.start();
  }

  private static OutputEvents outputEvents(CamelContext context) {
    return new OutputEvents(
        context.getRegistry().lookupByNameAndType("runs", Runs.class),
        context.getRegistry().lookupByNameAndType("run-history", RunHistory.class));
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

  /** All addresses stand for none that a browser could go to. */
  private static String reachable(String url) {
    return url.replace("://0.0.0.0:", "://localhost:").replace("://[::]:", "://localhost:");
  }

  private String url(HttpServer server) {
    String host = http.host().contains(":") ? "[" + http.host() + "]" : http.host();
    return "http://" + host + ":" + server.getPort();
  }
}
