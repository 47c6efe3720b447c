// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.camel;

import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.camel.LoggingLevel;
import org.apache.camel.Route;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.Registry;
import org.apache.camel.util.function.ThrowingRunnable;

/**
 * The Camel context of a daemon. One thread at a time starts routes, as Camel keeps the parameters
 * of a template where all threads see them. A route {@code cron-…} starts without the check whether
 * any other route has the same endpoint, as its endpoint is named after a schedule that no other
 * has.
 */
public final class CronContext extends DefaultCamelContext {
  /**
   * Fair: a caller that adds thousands of routes, batch by batch, would otherwise starve all
   * others.
   */
  private final ReentrantLock starts = new ReentrantLock(true);

  private final ThreadLocal<Boolean> distinct = ThreadLocal.withInitial(() -> false);

  /** A context whose beans are in {@code registry}; it is neither built nor started. */
  public CronContext(Registry registry) {
    super(false);
    getCamelContextExtension().setRegistry(registry);
  }

  @Override
  public void startRouteDefinitions(List<RouteDefinition> definitions) throws Exception {
    starts.lock();
    distinct.set(definitions.stream().allMatch(d -> "cron".equals(d.getGroup())));
    try {
      super.startRouteDefinitions(definitions);
    } finally {
      distinct.remove();
      starts.unlock();
    }
  }

  /**
   * Runs {@code task} while no other thread starts routes, so that it may change what these read
   * when they start.
   *
   * @throws Exception the exception that {@code task} throws
   */
  public void alone(ThrowingRunnable<Exception> task) throws Exception {
    starts.lock();
    try {
      task.run();
    } finally {
      starts.unlock();
    }
  }

  /** Skips a route that does not exist, as Camel would search the endpoints of all routes first. */
  @Override
  protected boolean removeRoute(String id, LoggingLevel level) throws Exception {
    return getRouteServices().containsKey(id) && super.removeRoute(id, level);
  }

  @Override
  public List<Route> getRoutes() {
    return distinct.get() ? List.of() : super.getRoutes();
  }
}
