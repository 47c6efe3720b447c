// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.work;

import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import io.github.camelcrond.job.Run;
import io.github.camelcrond.job.RunEnd;
import io.github.camelcrond.job.RunSkipped;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Variable;
import org.apache.camel.component.springrabbit.SpringRabbitMQConstants;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The requests that the broker has given to this worker and that it has not answered yet. A request
 * that comes again while its run is under way here, since the broker has closed the channel, takes
 * the place of the first.
 */
public final class Deliveries {
  private static final Logger LOG = LoggerFactory.getLogger("crond.work");

  private final Map<String, Delivery> byRun = new HashMap<>();
  private boolean closed;

  /** How the broker is to be answered. */
  private record Delivery(Channel channel, long tag, boolean dead) {
    Delivery given(boolean up) {
      return new Delivery(channel, tag, up);
    }
  }

  /**
   * Notes the request in {@code exchange}, which becomes its body; null if there is nothing to do.
   */
  public void take(Exchange exchange) {
    Channel channel = exchange.getProperty(SpringRabbitMQConstants.CHANNEL, Channel.class);
    long tag = exchange.getMessage().getHeader(SpringRabbitMQConstants.DELIVERY_TAG, long.class);
    Delivery delivery = new Delivery(channel, tag, false);
    String text = exchange.getMessage().getBody(String.class);
    exchange.getMessage().setBody(take(text, delivery).orElse(null));
  }

  private synchronized Optional<WorkRequest> take(String text, Delivery delivery) {
    Optional<WorkRequest> request = WorkRequest.parse(text);
    if (request.isEmpty()) {
      LOG.warn("a message of the queue is no request, it goes to the dead letters");
      answer(delivery.given(true));
      return request;
    }
    if (closed) {
      giveBack(delivery);
      return Optional.empty();
    }
    Delivery known = byRun.get(request.get().run());
    if (known != null && known.channel.isOpen()) {
      // The same request twice: a scheduler was not sure that the first had come.
      answer(delivery);
      return Optional.empty();
    }
    byRun.put(request.get().run(), delivery);
    return known == null ? request : Optional.empty();
  }

  /**
   * Whether the request is still ours to deal with; one that has not begun ends with its channel.
   */
  public synchronized boolean holds(@Variable("request") WorkRequest request) {
    Delivery known = byRun.get(request.run());
    if (known != null && !known.channel.isOpen()) {
      byRun.remove(request.run());
    }
    return byRun.containsKey(request.run());
  }

  /** Lets the request end among the dead letters when its run has been recorded. */
  public synchronized void giveUp(@Variable("request") WorkRequest request) {
    byRun.computeIfPresent(request.run(), (run, delivery) -> delivery.given(true));
  }

  /** Answers for runs whose records are stored. */
  public synchronized void done(List<RunEnd> ends) {
    ends.forEach(end -> done(end.run()));
  }

  /** Answers for a run that is over. */
  public synchronized void over(@Variable("request") WorkRequest request) {
    done(request.run());
  }

  private void done(String run) {
    Optional.ofNullable(byRun.remove(run)).ifPresent(Deliveries::answer);
  }

  /** Gives back all that comes from now on. */
  public synchronized void close() {
    closed = true;
  }

  /** Whether {@code run}, which does not go on because of {@code why}, is for another worker. */
  public synchronized boolean givesBack(@Variable("run") Run run, Exception why) {
    return closed && run.delivery() > 0 && why instanceof RunSkipped;
  }

  /** Number of requests that the broker waits for an answer for. */
  public synchronized int size() {
    return byRun.size();
  }

  /**
   * A closed channel, of which RabbitMQ and Spring tell in ways of their own, is no harm: who gets
   * the request then is told that its run is over.
   */
  private static void answer(Delivery delivery) {
    try {
      if (delivery.dead) {
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
