// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.job;

import org.apache.camel.Exchange;
import org.apache.camel.Route;
import org.apache.camel.support.RoutePolicySupport;

/**
 * The policy of routes on the way of a run: a step {@code stop} in one of them skips the run, which
 * otherwise would have neither an end nor a record. A run that was handed to somebody else before
 * is none of ours any more.
 */
public final class StoppedRuns extends RoutePolicySupport {
  private final Runs runs;

  /** Of those in progress in {@code runs}. */
  public StoppedRuns(Runs runs) {
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
