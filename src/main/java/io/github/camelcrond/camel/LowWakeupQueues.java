// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.camel;

import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.component.seda.BlockingQueueFactory;
import org.apache.camel.component.seda.SedaComponent;
import org.apache.camel.spi.Registry;

/**
 * The queues of {@code seda:} endpoints. The consumers of Camel wake as often as the option {@code
 * pollTimeout} of their endpoint says, in order to check whether they are to end; an idle daemon
 * would spend most of its time on that. With these queues, they wake every ten minutes, or each
 * millisecond during a {@link #hurry}. A caller that asks for another time than the default of
 * consumers, such as a step {@code pollEnrich}, waits as long as it asks for.
 */
public final class LowWakeupQueues implements BlockingQueueFactory<Exchange> {
  private static final Duration QUIET = Duration.ofMinutes(10);
  private static final Duration HURRIED = Duration.ofMillis(1);

  /** By which consumers are recognized: nobody else asks for just this time. */
  private static final Duration CONSUMERS = Duration.ofMillis(1_001);

  private final Set<Thread> waiting = new HashSet<>();
  private final Set<Thread> woken = new HashSet<>();
  private int hurries;

  /** A way to wait for a message. */
  @FunctionalInterface
  private interface Wait {
    /** The next message, or null if there is none within {@code time}. */
    Exchange within(Duration time) throws InterruptedException;
  }

  /**
   * A period in which waiting consumers check at once, and each millisecond, whether they are to
   * end.
   */
  public interface Hurry extends AutoCloseable {
    @Override
    void close();
  }

  /** The queues of {@code context}, bound there as {@code low-wakeup-queues}. */
  public static LowWakeupQueues of(CamelContext context) {
    Registry registry = context.getRegistry();
    LowWakeupQueues bound =
        registry.lookupByNameAndType("low-wakeup-queues", LowWakeupQueues.class);
    if (bound == null) {
      bound = new LowWakeupQueues();
      registry.bind("low-wakeup-queues", bound);
    }
    return bound;
  }

  /** Makes these the queues of all endpoints of {@code seda} that name no others. */
  public void serve(SedaComponent seda) {
    seda.setDefaultQueueFactory(this);
    seda.setDefaultPollTimeout((int) CONSUMERS.toMillis());
  }

  /** Begins a period in which consumers are expected to end soon. */
  public synchronized Hurry hurry() {
    hurries++;
    woken.addAll(waiting);
    waiting.forEach(Thread::interrupt);
    return this::hurried;
  }

  private synchronized void hurried() {
    hurries--;
  }

  /**
   * Waits for a message: a consumer for ten minutes, or a millisecond if a caller is in a hurry.
   *
   * @return null if there is none
   */
  private Exchange poll(Duration asked, Wait wait) throws InterruptedException {
    if (!asked.equals(CONSUMERS)) {
      return wait.within(asked);
    }
    return begin() ? quietly(wait) : wait.within(HURRIED);
  }

  private Exchange quietly(Wait wait) throws InterruptedException {
    try {
      return wait.within(QUIET);
    } catch (InterruptedException e) {
      if (isWoken()) {
        return null;
      }
      throw e;
    } finally {
      end();
    }
  }

  private synchronized boolean begin() {
    return hurries == 0 && waiting.add(Thread.currentThread());
  }

  private synchronized boolean isWoken() {
    return woken.contains(Thread.currentThread());
  }

  private synchronized void end() {
    waiting.remove(Thread.currentThread());
    if (woken.remove(Thread.currentThread())) {
      // It may have found a message before the interrupt, which is not meant for the following
      // steps.
      Thread.interrupted();
    }
  }

  @Override
  public BlockingQueue<Exchange> create() {
    return create(Integer.MAX_VALUE);
  }

  @Override
  public BlockingQueue<Exchange> create(int capacity) {
    return new Line(capacity);
  }

  /** A factory of unbounded queues whose messages come in the order of {@code order}. */
  public BlockingQueueFactory<Exchange> ordered(Comparator<Exchange> order) {
    return new BlockingQueueFactory<>() {
      @Override
      public BlockingQueue<Exchange> create() {
        return new OrderedLine(order);
      }

      @Override
      public BlockingQueue<Exchange> create(int capacity) {
        return create();
      }
    };
  }

  private final class Line extends LinkedBlockingQueue<Exchange> {
    private static final long serialVersionUID = 1;

    Line(int capacity) {
      super(capacity);
    }

    @Override
    public Exchange poll(long time, TimeUnit unit) throws InterruptedException {
      return LowWakeupQueues.this.poll(
          Duration.of(time, unit.toChronoUnit()),
          t -> super.poll(t.toNanos(), TimeUnit.NANOSECONDS));
    }
  }

  private final class OrderedLine extends PriorityBlockingQueue<Exchange> {
    private static final long serialVersionUID = 1;

    OrderedLine(Comparator<Exchange> order) {
      super(11, order);
    }

    @Override
    public Exchange poll(long time, TimeUnit unit) throws InterruptedException {
      return LowWakeupQueues.this.poll(
          Duration.of(time, unit.toChronoUnit()),
          t -> super.poll(t.toNanos(), TimeUnit.NANOSECONDS));
    }
  }
}
