// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.store;

import io.github.camelcrond.camel.CalledByRoute;
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
 * Whether the store answers. Logs once when it goes down and once when it is back. As a processor
 * it notes a failure that is to be retried.
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
   * Notes that a request of {@code route}, which retries until it succeeds, was not answered or was
   * refused.
   */
  @CalledByRoute
  public synchronized void noteDown(String route, Throwable failure) {
    failing.add(route);
    noteDown(failure);
  }

  private void noteDown(Throwable failure) {
    String reason = reason(failure);
    if (!status.up()) {
      status = new Status(false, status.since(), reason);
      return;
    }
    status = new Status(false, clock.instant(), reason);
    LOG.atWarn()
        .addKeyValue("store", store)
        .addKeyValue("reason", reason)
        .log("store is down, jobs continue, changes are pending");
  }

  /**
   * Notes that a request of {@code route} has succeeded.
   *
   * @return whether the store is back; it is not while another route still fails
   */
  @CalledByRoute
  public synchronized boolean noteAnswer(String route) {
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
        .log("store is up");
    return true;
  }

  @Override
  public void process(Exchange exchange) {
    Throwable failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
    if (!beganBefore()) {
      noteDown(exchange.getFromRouteId(), failure);
    }
  }

  /**
   * Notes the failure of a request that is not retried: the store is back when any other request
   * succeeds.
   */
  @CalledByRoute
  public synchronized void noteFailure(Throwable failure) {
    if (!beganBefore()) {
      noteDown(failure);
    }
  }

  /** Whether a failure now may be that of a request from before the store came back. */
  private synchronized boolean beganBefore() {
    Instant now = clock.instant();
    // Not if the clock was set back since.
    return status.up() && !now.isBefore(back) && now.isBefore(back.plus(timeout));
  }

  /** The innermost message, as the outer ones only name code of the daemon. */
  static String reason(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null && cause.getCause() != cause) {
      cause = cause.getCause();
    }
    return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
  }
}
