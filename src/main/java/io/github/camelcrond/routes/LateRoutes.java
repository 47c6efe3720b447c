// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.routes;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.camel.CamelContext;
import org.apache.camel.FailedToStartRouteException;
import org.apache.camel.Route;
import org.apache.camel.support.service.ServiceHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts routes, and retries with exponential back-off while the broker or server of a route cannot
 * be reached. Camel's supervising controller would hold a lock that the routes of the crontab need
 * for as long as a server does not answer.
 */
final class LateRoutes {
  private static final Logger LOG = LoggerFactory.getLogger("crond.routes");
  private static final long FIRST_PAUSE_MILLIS = 1_000;
  private static final long LONGEST_PAUSE_MILLIS = 60_000;

  /** How long to wait for a server before other routes are started. */
  private static final long PATIENCE_MILLIS = 1_000;

  private static final int THREADS = 4;

  private final CamelContext context;
  private final Map<String, Late> waiting = new ConcurrentSkipListMap<>();
  private ScheduledExecutorService timer;

  /** A route that has not started yet; it is retried while it is in the map. */
  private static final class Late {
    final RouteText text;
    private volatile String reason = "";

    Late(RouteText text) {
      this.text = text;
    }

    /** Logs the first failure; health shows the reason of the last attempt. */
    synchronized void failed(String id, Throwable e) {
      boolean first = reason.isEmpty();
      reason = RouteFileErrors.of(text, e).getMessage();
      if (first) {
        LOG.atWarn()
            .addKeyValue("route", id)
            .addKeyValue("reason", reason)
            .log("route not started, retrying");
      }
    }

    /** Logs the start of a route that could not start before. */
    synchronized void started(String id) {
      if (!reason.isEmpty()) {
        LOG.atInfo().addKeyValue("route", id).addKeyValue("file", text.file()).log("route started");
      }
    }
  }

  LateRoutes(CamelContext context) {
    this.context = context;
  }

  /** Starts the route {@code id} of {@code text} now, or as soon as possible. */
  void start(String id, RouteText text) {
    Late late = new Late(text);
    waiting.put(id, late);
    if (!context.getRoute(id).getEndpoint().isRemote()) {
      attempt(id, late, FIRST_PAUSE_MILLIS);
      return;
    }
    try {
      timer()
          .submit(() -> attempt(id, late, FIRST_PAUSE_MILLIS))
          .get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      if (waiting.get(id) == late) {
        late.failed(id, new FailedToStartRouteException(id, "not connected yet"));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  /** Routes that have not started yet, each with file, line, column and reason. */
  List<String> waiting() {
    return waiting.entrySet().stream().map(e -> e.getKey() + ": " + e.getValue().reason).toList();
  }

  boolean isWaiting(String id) {
    return waiting.containsKey(id);
  }

  /** Stops retrying the route {@code id}. */
  void forget(String id) {
    waiting.remove(id);
  }

  private void begin(String id) throws Exception {
    Route route = context.getRoute(id);
    if (route == null || !route.isAutoStartup()) {
      return;
    }
    try {
      // Connects outside of startRoute, which holds Camel's lock.
      ServiceHelper.startService(route.getConsumer());
      context.getRouteController().startRoute(id);
    } catch (FailedToStartRouteException e) {
      throw e;
    } catch (Exception | LinkageError e) {
      throw new FailedToStartRouteException(id, String.valueOf(e.getMessage()), e);
    }
  }

  private void attempt(String id, Late late, long pauseMillis) {
    if (waiting.get(id) != late) {
      return;
    }
    Route route = context.getRoute(id);
    try {
      begin(id);
      if (waiting.remove(id, late)) {
        late.started(id);
      } else if (route != null && route != context.getRoute(id)) {
        // The file was edited while the consumer connected.
        ServiceHelper.stopService(route.getConsumer());
      }
    } catch (Exception e) {
      late.failed(id, e);
      long next = Math.min(2 * pauseMillis, LONGEST_PAUSE_MILLIS);
      timer().schedule(() -> attempt(id, late, next), pauseMillis, TimeUnit.MILLISECONDS);
    }
  }

  private synchronized ScheduledExecutorService timer() {
    if (timer == null) {
      timer =
          context.getExecutorServiceManager().newScheduledThreadPool(this, "late-routes", THREADS);
    }
    return timer;
  }
}
