// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.http;

import io.github.camelcrond.cluster.PeerOutput;
import io.github.camelcrond.cluster.Peers;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Optional;

/**
 * Handles a request to follow a run of another daemon, which it polls for new output. Runs on one
 * event loop, and waits for answers on other threads.
 */
final class PeerFollower {
  private final RoutingContext context;
  private final EventStream events;
  private final String run;
  private final Peers others;
  private final Duration period;
  private final Runnable over;
  private int attempt;
  private long offset;
  private boolean asking;
  private long timer;

  /**
   * @param period how often the other daemon is polled
   * @param over called at the end
   */
  PeerFollower(RoutingContext context, String run, Peers others, Duration period, Runnable over) {
    this.period = period;
    this.over = over;
    this.context = context;
    this.events = new EventStream(context);
    this.run = run;
    this.others = others;
  }

  /** Asks for the next part of the output; empty if no daemon has the run. */
  Future<Optional<PeerOutput>> ask() {
    return context.vertx().executeBlocking(() -> others.output(run, attempt, offset), false);
  }

  void begin() {
    timer = events.begin(period, this::look, this::stop);
  }

  private boolean stop() {
    boolean first = events.stop(timer);
    if (first) {
      over.run();
    }
    return first;
  }

  private void look() {
    if (asking || events.isFull()) {
      return;
    }
    asking = true;
    ask()
        .onSuccess(this::show)
        // The client asks again, and the answer states the error.
        .onFailure(e -> show(Optional.empty()));
  }

  private void show(Optional<PeerOutput> answer) {
    asking = false;
    boolean last = answer.filter(part -> !part.isLast()).isEmpty();
    if (last && stop()) {
      answer.ifPresent(part -> events.send("end", part.run()));
      events.end();
      return;
    }
    answer.filter(part -> !last).ifPresent(this::send);
  }

  private void send(PeerOutput part) {
    if (part.attempt() != attempt && attempt > 0) {
      events.sendAttempt(part.attempt());
    }
    attempt = part.attempt();
    offset = part.next();
    if (part.text().isEmpty()) {
      events.keepAlive();
    } else {
      events.sendOutput(part.text());
    }
  }
}
