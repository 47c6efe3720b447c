// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cluster;

import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import io.github.camelcrond.camel.CalledByRoute;
import io.github.camelcrond.run.FailedAttempts;
import io.github.camelcrond.run.Run;
import io.github.camelcrond.run.RunEnd;
import io.github.camelcrond.run.RunSkipped;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.Variable;
import org.apache.camel.component.springrabbit.SpringRabbitMQConstants;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The requests that the broker has delivered to this worker and that are not acknowledged yet, each
 * with its delivery and its lease. When the broker has closed the channel and delivers a request
 * again while its run is in progress here, the new delivery replaces the first.
 */
public final class Deliveries {
  private static final Logger LOG = LoggerFactory.getLogger("crond.cluster");

  private final Leases leases;
  private final Map<String, HeldRequest> byRun = new ConcurrentHashMap<>();
  private volatile boolean closed;

  /** Keeps the leases in {@code leases}. */
  Deliveries(Leases leases) {
    this.leases = leases;
  }

  /**
   * Where and under which tag a request is acknowledged.
   *
   * @param again whether the broker has delivered it before
   */
  private record Delivery(Channel channel, long tag, boolean again) {}

  /** The state of one request. Guarded by itself. */
  private static final class HeldRequest {
    final String token = UUID.randomUUID().toString();
    Delivery delivery;

    /**
     * Further deliveries of the request, of which the first one may be void: the broker has
     * cancelled its consumer, and the channel is not closed yet.
     */
    final List<Delivery> further = new ArrayList<>();

    RequestState state = RequestState.WAITS;
    boolean dead;

    /** Whether the broker is to keep the request for a while when it is returned. */
    boolean later;

    /** Whether Redis may have taken back the counted start of a run that goes on here. */
    boolean perhapsUncounted;

    HeldRequest(Delivery delivery) {
      this.delivery = delivery;
    }

    /** Whether a delivery can still be answered. */
    boolean isOpen() {
      while (!delivery.channel.isOpen() && !further.isEmpty()) {
        delivery = further.remove(0);
      }
      return delivery.channel.isOpen();
    }

    List<Delivery> deliveries() {
      return Stream.concat(Stream.of(delivery), further.stream()).toList();
    }
  }

  private enum RequestState {
    /** As far as known, this worker does not hold the lease. */
    WAITS,
    /** The lease is ours and is renewed. */
    LEASED,
    /** The run does not start here; the lease is to be given back. */
    FORGOTTEN,
    /** The run has ended; the lease must be marked as ended. */
    ENDED
  }

  /**
   * Registers the request in {@code exchange} and makes it the body; null if there is nothing to
   * do.
   */
  @CalledByRoute
  public void register(Exchange exchange) {
    Channel channel = exchange.getProperty(SpringRabbitMQConstants.CHANNEL, Channel.class);
    long tag = exchange.getMessage().getHeader(SpringRabbitMQConstants.DELIVERY_TAG, long.class);
    boolean again =
        Boolean.TRUE.equals(
            exchange.getMessage().getHeader(SpringRabbitMQConstants.REDELIVERED, Boolean.class));
    String text = exchange.getMessage().getBody(String.class);
    exchange.getMessage().setBody(register(text, new Delivery(channel, tag, again)).orElse(null));
  }

  private Optional<WorkRequest> register(String text, Delivery delivery) {
    Optional<WorkRequest> request = WorkRequest.parse(text);
    if (request.isEmpty()) {
      LOG.atWarn().log("message dead-lettered: not a run request");
      answer(delivery, true);
      return request;
    }
    if (closed) {
      giveBack(delivery, false);
      return Optional.empty();
    }
    return request.filter(asked -> isNew(asked.run(), delivery));
  }

  private boolean isNew(String run, Delivery delivery) {
    HeldRequest known = byRun.putIfAbsent(run, new HeldRequest(delivery));
    if (known == null) {
      return true;
    }
    synchronized (known) {
      if (byRun.get(run) != known) {
        return isNew(run, delivery);
      }
      if (known.isOpen()) {
        if (delivery.again) {
          known.further.add(delivery);
        } else {
          // A scheduler sent the request again, as the first was not confirmed.
          answer(delivery, false);
        }
        return false;
      }
      known.delivery = delivery;
      boolean forgotten = known.state == RequestState.FORGOTTEN;
      known.state = forgotten ? RequestState.WAITS : known.state;
      return forgotten;
    }
  }

  /**
   * Whether the request is still held here. A request whose run has not begun is forgotten with its
   * channel; if Redis does not answer, {@link #renewLeases} releases its lease later.
   */
  @CalledByRoute
  public boolean isHeld(@Variable("request") WorkRequest request) {
    HeldRequest held = byRun.get(request.run());
    if (held == null) {
      return false;
    }
    synchronized (held) {
      if (held.isOpen()) {
        return true;
      }
      held.state = RequestState.FORGOTTEN;
    }
    try {
      forget(request.run(), held);
    } catch (RuntimeException e) {
      LOG.atDebug().addKeyValue("reason", e.getMessage()).log("cannot release lease, retrying");
    }
    return false;
  }

  /** Acquires the lease of the run of {@code request}, if no other worker holds it. */
  @CalledByRoute
  public Leases.Turn acquireLease(@Variable("request") WorkRequest request) {
    HeldRequest held = byRun.get(request.run());
    if (held == null) {
      return Leases.Turn.WAIT;
    }
    synchronized (held) {
      Leases.Turn turn = leases.take(request.run());
      held.state = turn == Leases.Turn.RUN ? RequestState.LEASED : RequestState.WAITS;
      return turn;
    }
  }

  /** Counts a start of a run whose lease we have. */
  @CalledByRoute
  public Leases.Start countStart(@Variable("request") WorkRequest request) {
    return leases.begin(request.run(), byRun.get(request.run()).token);
  }

  /** Renews the leases of all runs in progress, and releases those of forgotten requests. */
  @CalledByRoute
  public void renewLeases() {
    byRun.forEach(
        (run, held) -> {
          forget(run, held);
          synchronized (held) {
            if (held.state == RequestState.LEASED) {
              leases.renew(run);
              if (held.perhapsUncounted) {
                leases.begin(run, held.token);
              }
            }
          }
        });
  }

  private void forget(String run, HeldRequest held) {
    synchronized (held) {
      if (held.state == RequestState.FORGOTTEN) {
        leases.release(run, held.token);
        byRun.remove(run, held);
        held.deliveries().forEach(delivery -> giveBack(delivery, held.later));
      }
    }
  }

  /**
   * Leaves the next attempt of {@code run} to the worker that gets its request next.
   *
   * @throws RetriedElsewhere if that is noted; if Redis does not answer, it is made here
   */
  @CalledByRoute
  public void leaveRetry(@Variable("run") Run run, FailedAttempts failed) throws RetriedElsewhere {
    HeldRequest held = byRun.get(run.id());
    if (held == null) {
      return;
    }
    synchronized (held) {
      try {
        leases.leave(run.id(), held.token, failed);
      } catch (RuntimeException e) {
        held.perhapsUncounted = true;
        LOG.atWarn()
            .addKeyValue("job", run.job().id())
            .addKeyValue("run", run.id())
            .addKeyValue("reason", e.getMessage())
            .log("retry not left to another worker");
        return;
      }
      held.state = RequestState.WAITS;
    }
    LOG.atInfo()
        .addKeyValue("job", run.job().id())
        .addKeyValue("run", run.id())
        .addKeyValue("attempt", failed.count())
        .log("attempt failed, retry left to another worker");
    throw new RetriedElsewhere();
  }

  /** Gives the lease back of a request that another worker should get; the request stays here. */
  @CalledByRoute
  public void releaseLease(@Variable("request") WorkRequest request) {
    HeldRequest held = byRun.get(request.run());
    if (held != null) {
      synchronized (held) {
        held.state = RequestState.WAITS;
        leases.release(request.run(), held.token);
      }
    }
  }

  /** Returns a request that another worker should get to the broker. */
  @CalledByRoute
  public void returnToOther(@Variable("request") WorkRequest request) {
    returnToQueue(request.run(), false);
  }

  /** Returns a request that the broker is to keep for a while. */
  @CalledByRoute
  public void returnForLater(@Variable("request") WorkRequest request) {
    returnToQueue(request.run(), true);
  }

  /** Returns a run that does not start here, or not again, to the broker. */
  @CalledByRoute
  public void returnToQueue(@Variable("run") Run run) {
    returnToQueue(run.id(), false);
  }

  private void returnToQueue(String run, boolean later) {
    HeldRequest held = byRun.get(run);
    if (held != null) {
      synchronized (held) {
        held.state = RequestState.FORGOTTEN;
        held.later = later;
      }
      forget(run, held);
    }
  }

  /** Makes the request a dead letter as soon as its run has been recorded. */
  @CalledByRoute
  public void markAsDeadLetter(@Variable("request") WorkRequest request) {
    HeldRequest held = byRun.get(request.run());
    synchronized (held) {
      held.dead = true;
    }
  }

  /** Acknowledges the requests of runs whose records are stored. */
  @CalledByRoute
  public void acknowledgeStored(List<RunEnd> ends) {
    ends.forEach(end -> acknowledge(end.run()));
  }

  /** Acknowledges the request of a run that is over and recorded, here or elsewhere. */
  @CalledByRoute
  public void acknowledge(@Variable("request") WorkRequest request) {
    acknowledge(request.run());
  }

  private void acknowledge(String run) {
    HeldRequest held = byRun.get(run);
    if (held == null) {
      return;
    }
    synchronized (held) {
      if (held.state == RequestState.LEASED) {
        // Not renewed any more, even if Redis does not answer now.
        held.state = RequestState.ENDED;
      }
      if (held.state == RequestState.ENDED) {
        leases.end(run);
      }
      byRun.remove(run, held);
      held.deliveries().forEach(delivery -> answer(delivery, held.dead));
    }
  }

  /** Returns all requests to the broker that are delivered from now on. */
  public void close() {
    closed = true;
  }

  /** Whether another worker must run {@code run}, which stopped here because of {@code why}. */
  @CalledByRoute
  public boolean isForAnotherWorker(@Variable("run") Run run, Exception why) {
    return why instanceof RetriedElsewhere
        || closed
            && run.delivery() > 0
            && why instanceof RunSkipped
            && RunEnd.DAEMON_STOPS.equals(why.getMessage());
  }

  /** The number of requests that are not acknowledged yet. */
  public int size() {
    return byRun.size();
  }

  /**
   * Ignores a closed channel, which RabbitMQ and Spring report by different exceptions: the worker
   * that gets the request next finds that its run is over.
   */
  private static void answer(Delivery delivery, boolean dead) {
    try {
      if (dead) {
        delivery.channel.basicReject(delivery.tag, false);
      } else {
        delivery.channel.basicAck(delivery.tag, false);
      }
    } catch (AlreadyClosedException | IllegalStateException | IOException e) {
      LOG.atDebug().addKeyValue("reason", e.getMessage()).log("cannot acknowledge run request");
    }
  }

  /** From RabbitMQ 4.3 on, a rejected request counts as failed, and one with a nack does not. */
  private static void giveBack(Delivery delivery, boolean later) {
    try {
      if (later) {
        delivery.channel.basicReject(delivery.tag, true);
      } else {
        delivery.channel.basicNack(delivery.tag, false, true);
      }
    } catch (AlreadyClosedException | IllegalStateException | IOException e) {
      LOG.atDebug()
          .addKeyValue("reason", e.getMessage())
          .log("run request requeued by closing its channel");
    }
  }
}
