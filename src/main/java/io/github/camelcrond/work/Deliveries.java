// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.work;

import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import io.github.camelcrond.job.Run;
import io.github.camelcrond.job.RunEnd;
import io.github.camelcrond.job.RunSkipped;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.Exchange;
import org.apache.camel.Variable;
import org.apache.camel.component.springrabbit.SpringRabbitMQConstants;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The requests that the broker has given to this worker and that it has not answered yet, each with
 * its delivery and its lease. A request that comes again while its run is under way here, since the
 * broker has closed the channel, takes the place of the first.
 */
public final class Deliveries {
  private static final Logger LOG = LoggerFactory.getLogger("crond.work");

  private final Leases leases;
  private final Map<String, Held> byRun = new ConcurrentHashMap<>();
  private volatile boolean closed;

  /** Keeps the leases in {@code leases}. */
  Deliveries(Leases leases) {
    this.leases = leases;
  }

  /** How the broker is to be answered. */
  private record Delivery(Channel channel, long tag) {}

  /** All that is known of a request, forgotten as one. Guarded by itself. */
  private static final class Held {
    final String token = UUID.randomUUID().toString();
    Delivery delivery;
    State state = State.WAITS;
    boolean dead;

    Held(Delivery delivery) {
      this.delivery = delivery;
    }
  }

  private enum State {
    /** The lease is not ours, as far as is known. */
    WAITS,
    /** The lease is ours and is renewed. */
    LEASED,
    /** The run does not start here; the lease is to be given back. */
    FORGOTTEN,
    /** The run has ended; the lease is to say so. */
    ENDED
  }

  /**
   * Notes the request in {@code exchange}, which becomes its body; null if there is nothing to do.
   */
  public void take(Exchange exchange) {
    Channel channel = exchange.getProperty(SpringRabbitMQConstants.CHANNEL, Channel.class);
    long tag = exchange.getMessage().getHeader(SpringRabbitMQConstants.DELIVERY_TAG, long.class);
    String text = exchange.getMessage().getBody(String.class);
    exchange.getMessage().setBody(take(text, new Delivery(channel, tag)).orElse(null));
  }

  private Optional<WorkRequest> take(String text, Delivery delivery) {
    Optional<WorkRequest> request = WorkRequest.parse(text);
    if (request.isEmpty()) {
      LOG.warn("a message of the queue is no request, it goes to the dead letters");
      answer(delivery, true);
      return request;
    }
    if (closed) {
      giveBack(delivery);
      return Optional.empty();
    }
    return request.filter(asked -> isNew(asked.run(), delivery));
  }

  private boolean isNew(String run, Delivery delivery) {
    Held known = byRun.putIfAbsent(run, new Held(delivery));
    if (known == null) {
      return true;
    }
    synchronized (known) {
      if (byRun.get(run) != known) {
        return isNew(run, delivery);
      }
      if (known.delivery.channel.isOpen()) {
        // The same request twice: a scheduler was not sure that the first had come.
        answer(delivery, false);
        return false;
      }
      known.delivery = delivery;
      boolean forgotten = known.state == State.FORGOTTEN;
      known.state = forgotten ? State.WAITS : known.state;
      return forgotten;
    }
  }

  /**
   * Whether the request is still ours to deal with. One whose run has not begun is forgotten with
   * its channel; if Redis does not answer, {@link #renew} gives its lease back later.
   */
  public boolean holds(@Variable("request") WorkRequest request) {
    Held held = byRun.get(request.run());
    if (held == null) {
      return false;
    }
    synchronized (held) {
      if (held.delivery.channel.isOpen()) {
        return true;
      }
      held.state = State.FORGOTTEN;
    }
    try {
      forget(request.run(), held);
    } catch (RuntimeException e) {
      LOG.debug("lease is given back later reason={}", e.getMessage());
    }
    return false;
  }

  /** Takes the lease of the run that {@code request} asks for, if nobody has it. */
  public Leases.Turn turn(@Variable("request") WorkRequest request) {
    Held held = byRun.get(request.run());
    if (held == null) {
      return Leases.Turn.WAIT;
    }
    synchronized (held) {
      Leases.Turn turn = leases.take(request.run());
      held.state = turn == Leases.Turn.RUN ? State.LEASED : State.WAITS;
      return turn;
    }
  }

  /** Counts that a run whose lease we have begins: its number among all beginnings, from 1. */
  public int begin(@Variable("request") WorkRequest request) {
    return leases.begin(request.run(), byRun.get(request.run()).token);
  }

  /** Gives signs of life for all runs whose leases we have. */
  public void renew() {
    byRun.forEach(
        (run, held) -> {
          forget(run, held);
          synchronized (held) {
            if (held.state == State.LEASED) {
              leases.renew(run);
            }
          }
        });
  }

  private void forget(String run, Held held) {
    synchronized (held) {
      if (held.state == State.FORGOTTEN) {
        leases.release(run, held.token);
        byRun.remove(run, held);
        giveBack(held.delivery);
      }
    }
  }

  /** Leaves a run that did not start here to others, as if it had not begun. */
  public void release(@Variable("run") Run run) {
    Held held = byRun.get(run.id());
    if (held != null) {
      synchronized (held) {
        held.state = State.FORGOTTEN;
      }
      forget(run.id(), held);
    }
  }

  /** Lets the request end among the dead letters when its run has been recorded. */
  public void giveUp(@Variable("request") WorkRequest request) {
    Held held = byRun.get(request.run());
    synchronized (held) {
      held.dead = true;
    }
  }

  /** Answers for runs whose records are stored. */
  public void done(List<RunEnd> ends) {
    ends.forEach(end -> done(end.run()));
  }

  /** Answers for a run that is over and recorded, here or elsewhere. */
  public void over(@Variable("request") WorkRequest request) {
    done(request.run());
  }

  private void done(String run) {
    Held held = byRun.get(run);
    if (held == null) {
      return;
    }
    synchronized (held) {
      if (held.state == State.LEASED) {
        // It must not be renewed any more, though Redis may not answer now.
        held.state = State.ENDED;
      }
      if (held.state == State.ENDED) {
        leases.end(run);
      }
      byRun.remove(run, held);
      answer(held.delivery, held.dead);
    }
  }

  /** Gives back all that comes from now on. */
  public void close() {
    closed = true;
  }

  /** Whether {@code run}, which does not go on because of {@code why}, is for another worker. */
  public boolean givesBack(@Variable("run") Run run, Exception why) {
    return closed && run.delivery() > 0 && why instanceof RunSkipped;
  }

  /** Number of requests that the broker waits for an answer for. */
  public int size() {
    return byRun.size();
  }

  /**
   * A closed channel, which RabbitMQ and Spring report in ways of their own, does no harm: who gets
   * the request next finds that its run is over.
   */
  private static void answer(Delivery delivery, boolean dead) {
    try {
      if (dead) {
        delivery.channel.basicReject(delivery.tag, false);
      } else {
        delivery.channel.basicAck(delivery.tag, false);
      }
    } catch (AlreadyClosedException | IllegalStateException | IOException e) {
      LOG.debug("the broker does not take an answer reason={}", e.getMessage());
    }
  }

  private static void giveBack(Delivery delivery) {
    try {
      delivery.channel.basicNack(delivery.tag, false, true);
    } catch (AlreadyClosedException | IllegalStateException | IOException e) {
      LOG.debug("given back with its channel reason={}", e.getMessage());
    }
  }
}
