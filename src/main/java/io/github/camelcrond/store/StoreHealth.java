// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.store;

import io.github.camelcrond.config.Durations;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the store answers. Says in the log when it goes and when it is back, once each; as a
 * processor it notes the failure that leads to another try.
 */
public final class StoreHealth implements Processor {
  private static final Logger LOG = LoggerFactory.getLogger("crond.store");

  private final String store;
  private final Duration timeout;
  private final Clock clock;
  private final Set<String> failing = new HashSet<>();
  private Status status;
  // Long ago: the first failure counts at once.
  private Instant back = Instant.EPOCH;

  /**
   * What is known of the store.
   *
   * @param since when it went up or down
   * @param reason why it is down; empty if it is up
   */
  public record Status(boolean up, Instant since, String reason) {}

  /**
   * @param store names it in messages, without a password
   * @param timeout how long an answer may take
   */
  public StoreHealth(String store, Duration timeout, Clock clock) {
    this.store = store;
    this.timeout = timeout;
    this.clock = clock;
    this.status = new Status(true, clock.instant(), "");
  }

  /** What is known now. */
  public synchronized Status status() {
    return status;
  }

  /**
   * Notes that {@code route}, which tries again until it gets through, got no answer from the store
   * or a refusal.
   */
  public synchronized void down(String route, Throwable failure) {
    failing.add(route);
    down(failure);
  }

  private void down(Throwable failure) {
    String reason = reason(failure);
    if (!status.up()) {
      status = new Status(false, status.since(), reason);
      return;
    }
    status = new Status(false, clock.instant(), reason);
    LOG.atWarn()
        .addKeyValue("store", store)
        .addKeyValue("reason", reason)
        .log("store is down, jobs go on and what it is owed is written when it is back");
  }

  /**
   * Notes that {@code route} got through; tells whether that ends the time in which the store was
   * down: not while it refuses another.
   */
  public synchronized boolean up(String route) {
    failing.remove(route);
    if (status.up() || !failing.isEmpty()) {
      return false;
    }
    Duration down = Duration.between(status.since(), clock.instant());
    back = clock.instant();
    status = new Status(true, back, "");
    LOG.atInfo()
        .addKeyValue("store", store)
        .addKeyValue("down-for", Durations.format(down))
        .log("store is back");
    return true;
  }

  @Override
  public void process(Exchange exchange) {
    Throwable failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
    if (exchange.getMessage().getHeader(Exchange.REDELIVERY_COUNTER, 1, int.class) > 1
        || !beganBefore()) {
      down(exchange.getFromRouteId(), failure);
    }
  }

  /**
   * Notes that somebody got no answer who does not wait for it: the store is back when anybody else
   * gets through.
   */
  public synchronized void failed(Throwable failure) {
    if (!beganBefore()) {
      down(failure);
    }
  }

  /** Whether a failure now may be that of a question that was asked before the store came back. */
  private synchronized boolean beganBefore() {
    return status.up() && clock.instant().isBefore(back.plus(timeout));
  }

  /** The innermost message says it; those around it only name our own code. */
  static String reason(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null && cause.getCause() != cause) {
      cause = cause.getCause();
    }
    return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
  }
}
