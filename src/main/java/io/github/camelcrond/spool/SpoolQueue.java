// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.spool;

import io.github.camelcrond.rabbitmq.RabbitComponent;
import io.github.camelcrond.routes.QuietQueues;
import java.time.Duration;
import java.time.Instant;
import java.util.AbstractQueue;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.component.seda.BlockingQueueFactory;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.support.SynchronizationAdapter;
import org.apache.camel.support.UnitOfWorkHelper;

/**
 * The spool as the queue of a {@code seda:} endpoint. What is sent to the endpoint is written to
 * disk; what the endpoint delivers is removed from disk when its exchange succeeds, unless {@link
 * Spool#failed} was called for it.
 *
 * <p>An exchange that is sent has the variables {@code job-id} (messages of a job for an endpoint
 * are delivered in order) and {@code spool-endpoint}; one that is delivered has the latter and
 * {@code spooled}.
 */
public final class SpoolQueue extends AbstractQueue<Exchange>
    implements BlockingQueue<Exchange>, BlockingQueueFactory<Exchange> {
  private static final Duration NO_WAIT = Duration.ZERO;
  private static final Duration LONG = Duration.ofDays(1);

  private final CamelContext context;
  private final Spool spool;
  private final QuietQueues quiet;
  private final boolean toBroker;

  /**
   * @param quiet decides how long to wait for messages
   * @param toBroker whether it delivers messages for RabbitMQ, or those for other endpoints
   */
  public SpoolQueue(CamelContext context, Spool spool, QuietQueues quiet, boolean toBroker) {
    this.context = context;
    this.spool = spool;
    this.quiet = quiet;
    this.toBroker = toBroker;
  }

  @Override
  public boolean offer(Exchange exchange) {
    Map<String, Object> headers = new HashMap<>();
    exchange.getMessage().getHeaders().forEach((name, value) -> keep(headers, name, value));
    byte[] body = exchange.getMessage().getBody(byte[].class);
    String endpoint = exchange.getVariable("spool-endpoint", String.class);
    spool.add(
        new SpoolMessage(
            exchange.getVariable("job-id", String.class) + " " + endpoint,
            endpoint,
            headers,
            body == null ? new byte[0] : body));
    // For the sender the exchange is complete; waiting for a reply would be in vain.
    UnitOfWorkHelper.doneSynchronizations(
        exchange, exchange.getExchangeExtension().handoverCompletions());
    return true;
  }

  private static void keep(Map<String, Object> headers, String name, Object value) {
    if (value instanceof String || value instanceof Number || value instanceof Boolean) {
      headers.put(name, value);
    } else if (value instanceof Instant instant) {
      headers.put(name, instant.toString());
    }
  }

  @Override
  public Exchange poll(long time, TimeUnit unit) throws InterruptedException {
    Duration asked = Duration.of(time, unit.toChronoUnit());
    // Removals are written after this long without anything to send.
    Exchange found = next(asked);
    return found == null ? quiet.poll(NO_WAIT, this::next) : found;
  }

  @Override
  public Exchange poll() {
    try {
      return next(NO_WAIT);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    }
  }

  @Override
  public Exchange take() throws InterruptedException {
    Exchange found = null;
    while (found == null) {
      found = next(LONG);
    }
    return found;
  }

  private Exchange next(Duration wait) throws InterruptedException {
    Optional<Spool.Taken> taken = spool.take(toBroker, wait);
    return taken.map(this::exchange).orElse(null);
  }

  private Exchange exchange(Spool.Taken taken) {
    Exchange exchange = new DefaultExchange(context);
    exchange.getMessage().setHeaders(taken.message().headers());
    exchange.getMessage().setBody(taken.message().body());
    exchange.setVariable("spooled", taken);
    exchange.setVariable("spool-endpoint", taken.message().endpoint());
    exchange.setProperty(RabbitComponent.WITHOUT_THREAD, true);
    exchange
        .getExchangeExtension()
        .addOnCompletion(
            new SynchronizationAdapter() {
              @Override
              public void onComplete(Exchange ended) {
                spool.delivered(taken);
              }

              @Override
              public void onFailure(Exchange ended) {
                spool.failed(taken, ended.getException());
              }
            });
    return exchange;
  }

  /** The number that can be sent now, not of all messages: a stop does not wait for a broker. */
  @Override
  public int size() {
    return spool.sendable(toBroker);
  }

  @Override
  public BlockingQueue<Exchange> create() {
    return this;
  }

  @Override
  public BlockingQueue<Exchange> create(int capacity) {
    return this;
  }

  @Override
  public boolean offer(Exchange exchange, long time, TimeUnit unit) {
    return offer(exchange);
  }

  @Override
  public void put(Exchange exchange) {
    offer(exchange);
  }

  @Override
  public Exchange peek() {
    return null;
  }

  @Override
  public Iterator<Exchange> iterator() {
    return Collections.emptyIterator();
  }

  @Override
  public int remainingCapacity() {
    return Integer.MAX_VALUE;
  }

  @Override
  public int drainTo(Collection<? super Exchange> target) {
    return 0;
  }

  @Override
  public int drainTo(Collection<? super Exchange> target, int max) {
    return 0;
  }

  // An operation of the endpoint, purging, calls this; the messages must not be lost by it.
  @Override
  public void clear() {}
}
