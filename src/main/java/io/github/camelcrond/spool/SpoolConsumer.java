// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.spool;

import io.github.camelcrond.rabbitmq.RabbitComponent;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.ShutdownRunningTask;
import org.apache.camel.Suspendable;
import org.apache.camel.spi.ShutdownAware;
import org.apache.camel.support.DefaultConsumer;

/** Gives the messages of the spool to a route, on a thread that sleeps while there are none. */
final class SpoolConsumer extends DefaultConsumer implements Suspendable, ShutdownAware {
  /** How long to wait for the thread to hand over its current message. */
  private static final long CURRENT_MILLIS = 1_500;

  private final Spool spool;
  private final boolean toBroker;
  private Optional<Thread> thread = Optional.empty();
  private volatile boolean taking;

  SpoolConsumer(SpoolEndpoint endpoint, Processor processor, Spool spool, boolean toBroker) {
    super(endpoint, processor);
    this.spool = spool;
    this.toBroker = toBroker;
  }

  @Override
  protected void doStart() throws Exception {
    super.doStart();
    doResume();
  }

  @Override
  protected void doResume() {
    taking = true;
    Thread started =
        getEndpoint()
            .getCamelContext()
            .getExecutorServiceManager()
            .newThread(getEndpoint().getEndpointUri(), this::run);
    started.start();
    thread = Optional.of(started);
  }

  private void run() {
    try {
      while (taking) {
        spool.take(toBroker, () -> taking).ifPresent(this::deliver);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void deliver(Spool.Taken taken) {
    SpoolMessage message = taken.message();
    Exchange exchange = createExchange(false);
    exchange.getMessage().setHeaders(message.headers());
    exchange.getMessage().setBody(message.body());
    exchange.setVariable(SpoolComponent.DESTINATION, message.endpoint());
    exchange.setProperty(RabbitComponent.WITHOUT_THREAD, true);
    getAsyncProcessor().process(exchange, doneSync -> done(taken, exchange));
  }

  private void done(Spool.Taken taken, Exchange exchange) {
    Exception failure = exchange.getException();
    releaseExchange(exchange, false);
    if (failure == null) {
      spool.delivered(taken);
    } else {
      spool.failed(taken, failure);
    }
  }

  @Override
  protected void doSuspend() throws Exception {
    taking = false;
    spool.wakeUp();
    if (thread.isPresent()) {
      thread.get().join(CURRENT_MILLIS);
    }
  }

  @Override
  protected void doStop() throws Exception {
    doSuspend();
    super.doStop();
  }

  /** Runs until the other routes have stopped, as they may still send messages. */
  @Override
  public boolean deferShutdown(ShutdownRunningTask task) {
    return true;
  }

  /** The number that can be sent now, not of all messages: a stop does not wait for a broker. */
  @Override
  public int getPendingExchangesSize() {
    return taking ? spool.sendable(toBroker) : 0;
  }

  @Override
  public void prepareShutdown(boolean suspendOnly, boolean forced) {}
}
