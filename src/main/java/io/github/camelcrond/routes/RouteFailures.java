// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.routes;

import io.github.camelcrond.config.DaemonEndpoints;
import io.github.camelcrond.config.ErrorText;
import java.util.Collection;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.Route;
import org.apache.camel.spi.ExceptionHandler;
import org.apache.camel.support.DefaultConsumer;
import org.apache.camel.support.LifecycleStrategySupport;
import org.apache.camel.support.LoggingExceptionHandler;
import org.apache.camel.util.URISupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Logs each failure of a route as one line (an ERROR for the daemon's own) with route and file.
 * Camel names neither, logs a failure at the step and once more at the consumer that began the
 * exchange, there with a stack trace.
 */
public final class RouteFailures extends LifecycleStrategySupport implements Processor {
  private static final Logger LOG = LoggerFactory.getLogger("crond.routes");
  private static final String LOGGED = "crond-failure-logged";

  /** Logs the exception that a step of {@code exchange} has thrown. */
  @Override
  public void process(Exchange exchange) {
    Exception failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
    log(Optional.ofNullable(exchange.getUnitOfWork()).map(unit -> unit.getRoute()), failure);
    exchange.setProperty(LOGGED, failure);
  }

  @Override
  public void onRoutesAdd(Collection<Route> routes) {
    for (Route route : routes) {
      if (route.getConsumer() instanceof DefaultConsumer consumer
          && consumer.getExceptionHandler() instanceof LoggingExceptionHandler) {
        consumer.setExceptionHandler(new OfConsumer(route));
      }
    }
  }

  private static void log(Optional<Route> route, Throwable failure) {
    LoggingEventBuilder event =
        LOG.atLevel(route.filter(RouteFailures::isDaemons).isPresent() ? Level.ERROR : Level.WARN);
    route.ifPresent(
        r -> {
          event.addKeyValue("route", r.getRouteId());
          if (r.getSourceResource() != null) {
            event.addKeyValue(
                "file", r.getSourceResource().getLocation().replaceFirst("file:", ""));
          }
        });
    event
        .addKeyValue("reason", failure == null ? "unknown" : ErrorText.of(failure))
        .log("route failed");
  }

  private static boolean isDaemons(Route route) {
    String uri = route.getEndpoint().getEndpointUri().replaceFirst("://", ":");
    return DaemonEndpoints.URIS.contains(URISupport.stripQuery(uri));
  }

  /** Handles what is thrown where a route begins. */
  private record OfConsumer(Route route) implements ExceptionHandler {
    @Override
    public void handleException(Throwable exception) {
      log(Optional.of(route), exception);
    }

    @Override
    public void handleException(String message, Throwable exception) {
      log(Optional.of(route), exception);
    }

    @Override
    public void handleException(String message, Exchange exchange, Throwable exception) {
      if (exchange == null || exchange.getProperty(LOGGED) != exception) {
        log(Optional.of(route), exception);
      }
    }
  }
}
