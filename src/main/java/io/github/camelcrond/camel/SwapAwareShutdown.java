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
 * Camel's way to stop routes, but for routes that are being replaced: those have stopped taking
 * messages already, and what is under way in them goes on, for hours if need be.
 */
public final class SwapAwareShutdown extends DefaultShutdownStrategy {
  private final Set<String> replaced = ConcurrentHashMap.newKeySet();

  public SwapAwareShutdown(CamelContext context) {
    super(context);
  }

  public void replacing(String routeId) {
    replaced.add(routeId);
  }

  public void replaced(String routeId) {
    replaced.remove(routeId);
  }

  @Override
  public void shutdown(
      CamelContext context, List<RouteStartupOrder> routes, long timeout, TimeUnit unit)
      throws Exception {
    if (!routes.stream().allMatch(r -> replaced.contains(r.getRoute().getRouteId()))) {
      super.shutdown(context, routes, timeout, unit);
    }
  }
}
