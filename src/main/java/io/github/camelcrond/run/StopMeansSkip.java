// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.run;

import org.apache.camel.Exchange;
import org.apache.camel.Route;
import org.apache.camel.support.RoutePolicySupport;

/**
 * A policy for routes that a run passes: a step {@code stop} in one of them skips the run, which
 * would otherwise have neither an end nor a record. Runs that were handed to another replica or to
 * the queue before are not affected.
 */
public final class StopMeansSkip extends RoutePolicySupport {
  private final Runs runs;

  /** Skips runs that are in progress in {@code runs}. */
  public StopMeansSkip(Runs runs) {
    this.runs = runs;
  }

  @Override
  public void onExchangeDone(Route route, Exchange exchange) {
    if (!exchange.isRouteStop()) {
      return;
    }
    Run run = exchange.getVariable("run", Run.class);
    if (run != null && runs.find(run.id()).isPresent()) {
      exchange.setRouteStop(false);
      exchange.setException(new RunSkipped("a route stopped it"));
    }
  }
}
