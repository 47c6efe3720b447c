// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.run;

import java.util.Set;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.Route;
import org.apache.camel.spi.RoutePolicy;
import org.apache.camel.spi.RoutePolicyFactory;
import org.apache.camel.support.RoutePolicySupport;

/**
 * The policy of the routes {@code job-admit} and {@code job-attempts}: a step {@code stop} in one
 * of them skips the run, which otherwise would have neither an end nor a record. Runs that were
 * already handed to another replica or to the queue are not affected.
 */
public final class StopMeansSkip extends RoutePolicySupport implements RoutePolicyFactory {
  private static final Set<String> ROUTES = Set.of("job-admit", "job-attempts");

  private final Runs runs;

  /** Skips runs that are in progress in {@code runs}. */
  public StopMeansSkip(Runs runs) {
    this.runs = runs;
  }

  @Override
  public RoutePolicy createRoutePolicy(CamelContext context, String routeId, NamedNode route) {
    return ROUTES.contains(routeId) ? this : null;
  }

  @Override
  public void onExchangeDone(Route route, Exchange exchange) {
    if (!exchange.isRouteStop()) {
      return;
    }
    Run run = exchange.getVariable("run", Run.class);
    if (run != null && runs.find(run).isPresent()) {
      exchange.setRouteStop(false);
      exchange.setException(new RunSkipped("a route stopped it"));
    }
  }
}
