// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.camel;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.engine.DefaultShutdownStrategy;
import org.apache.camel.spi.RouteStartupOrder;

/**
 * Camel's shutdown strategy, except for routes that are being replaced: these no longer take
 * messages, and the exchanges in progress in them continue, for hours if necessary. No route waits
 * until the consumer of its queue wakes by itself.
 */
public final class SwapAwareShutdown extends DefaultShutdownStrategy {
  private final Set<String> replaced = ConcurrentHashMap.newKeySet();

  /** Creates the strategy for the routes of {@code context}. */
  public SwapAwareShutdown(CamelContext context) {
    super(context);
  }

  /** Lets the exchanges of this route continue when it stops, until {@link #replaced}. */
  public void replacing(String routeId) {
    replaced.add(routeId);
  }

  /** Ends the effect of {@link #replacing}: the route with this id stops like any other. */
  public void replaced(String routeId) {
    replaced.remove(routeId);
  }

  @Override
  protected boolean doShutdown(
      CamelContext context,
      List<RouteStartupOrder> routes,
      long timeout,
      TimeUnit unit,
      boolean suspendOnly,
      boolean abortAfterTimeout,
      boolean forced)
      throws Exception {
    if (!forced && routes.stream().allMatch(r -> replaced.contains(r.getRoute().getRouteId()))) {
      return true;
    }
    LowWakeupQueues.Hurry hurry = LowWakeupQueues.of(context).hurry();
    try {
      return super.doShutdown(
          context, routes, timeout, unit, suspendOnly, abortAfterTimeout, forced);
    } finally {
      hurry.close();
    }
  }
}
