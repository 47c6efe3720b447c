// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.rabbitmq;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.springframework.amqp.core.ReturnedMessage;
import org.springframework.amqp.rabbit.connection.ChannelProxy;
import org.springframework.amqp.rabbit.connection.CorrelationData.Confirm;
import org.springframework.amqp.rabbit.connection.PendingConfirm;
import org.springframework.amqp.rabbit.connection.PublisherCallbackChannel;

/**
 * Publishes messages and reports for each of them whether a queue has accepted it. The connection
 * is opened for the first message, and reopened after it was lost.
 *
 * <p>Messages share a channel, as a channel for each would cost three times the work. The broker
 * closes this channel when it refuses a message. All messages in flight are then sent again, each
 * on a channel of its own, as are later messages to the destination of the refused one.
 */
final class Publisher implements AutoCloseable {
  /** The maximum number of destinations that are remembered because they refuse messages. */
  private static final int REFUSING = 1_000;

  private static final int NO_ROUTE = 312;

  private final PublisherConnections connections;
  private final RabbitUrl url;
  private final RunEndedTopology topology;
  private final Duration timeout;
  private final ExecutorService answers;
  private final ExecutorService slow;
  private final Set<String> refusing = ConcurrentHashMap.newKeySet();
  private final Object sending = new Object();
  private Optional<ChannelProxy> shared = Optional.empty();
  private volatile boolean reported;
  private volatile boolean closed;

  /**
   * @param timeout for connecting and for each confirm
   * @param answers runs callbacks of confirms
   * @param slow runs tasks that wait for the broker
   */
  Publisher(
      ConnectionFactory factory,
      RabbitUrl url,
      RunEndedTopology topology,
      Duration timeout,
      ExecutorService answers,
      ExecutorService slow) {
    this.connections = new PublisherConnections(factory, url, timeout, slow);
    this.url = url;
    this.topology = topology;
    this.timeout = timeout;
    this.answers = answers;
    this.slow = slow;
  }

  /** Sends {@code message}. The result fails with {@link BrokerDown} or {@link Undeliverable}. */
  CompletableFuture<Void> publish(InFlight message) {
    return publish(message, refusing.contains(message.destination()));
  }

  private CompletableFuture<Void> publish(InFlight message, boolean alone) {
    message.since = System.nanoTime();
    // The timeout starts first, as a write to a broker that does not read may never return.
    CompletableFuture<Confirm> answer =
        message.getFuture().orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS);
    answer.whenComplete(
        (confirm, failure) -> {
          if (failure instanceof TimeoutException && !message.written) {
            message.connection.ifPresent(BrokerConnection::cut);
          }
        });
    CompletableFuture<Void> result =
        answer
            .handleAsync((confirm, failure) -> conclude(message, alone, confirm, failure), answers)
            .thenCompose(done -> done);
    try {
      requireUsable();
      send(message, alone);
    } catch (IOException | RuntimeException e) {
      answer.completeExceptionally(e);
    }
    return result;
  }

  private void requireUsable() throws BrokerDown {
    if (closed) {
      throw new BrokerDown("the daemon is stopping");
    }
    Optional<String> blocked = connections.current().flatMap(BrokerConnection::blocked);
    if (blocked.isPresent()) {
      throw blocked(blocked.get());
    }
  }

  private BrokerDown blocked(String reason) {
    return new BrokerDown(url + " accepts no messages: " + reason);
  }

  private void send(InFlight message, boolean alone) throws IOException {
    if (alone) {
      sendAlone(message);
      return;
    }
    synchronized (sending) {
      if (shared.filter(Channel::isOpen).isEmpty()) {
        shared.ifPresent(PublisherConnections::release);
        shared = Optional.empty();
        shared = Optional.of(connections.channel(message.asked));
      }
      declare(message);
      try {
        send(message, shared.get());
      } catch (IOException | RuntimeException e) {
        // The channel expects a confirm for a message that the broker has not received.
        connections.abort(shared.get());
        shared = Optional.empty();
        throw e;
      }
    }
  }

  private void sendAlone(InFlight message) throws IOException {
    ChannelProxy own = connections.channel(message.asked);
    message.occupy(own);
    try {
      declare(message);
      send(message, own);
    } finally {
      if (!message.written) {
        message.leave().ifPresent(connections::abort);
      }
    }
  }

  /** Declares the daemon's exchange and queue on a channel of its own, as a refusal closes it. */
  private void declare(InFlight message) throws IOException {
    BrokerConnection now = connections.current().orElseThrow();
    message.connection = Optional.of(now);
    if (now.declared || !topology.owns(message.exchange)) {
      return;
    }
    ChannelProxy channel = connections.channel(message.asked);
    try {
      topology.declareOn(channel.getTargetChannel());
      if (!reported) {
        reported = true;
        topology.reportOtherQueue(channel.getTargetChannel());
      }
      now.declared = true;
    } finally {
      PublisherConnections.release(channel);
    }
  }

  private void send(InFlight message, ChannelProxy channel) throws IOException {
    if (message.getFuture().isDone()) {
      return;
    }
    PublisherCallbackChannel target = (PublisherCallbackChannel) channel.getTargetChannel();
    message.channel = Optional.of(target);
    try {
      connections.listener().addListener(target);
      target.addPendingConfirm(
          connections.listener(),
          target.getNextPublishSeqNo(),
          new PendingConfirm(message, System.currentTimeMillis()));
      target.basicPublish(
          message.exchange,
          message.routingKey,
          message.mandatory,
          message.properties,
          message.body);
    } catch (IOException | RuntimeException e) {
      // Spring's exceptions about a closed channel do not say why it is closed.
      Optional<ShutdownSignalException> reason = closeReason(message);
      if (reason.isPresent()) {
        throw reason.get();
      }
      throw e;
    }
    message.written = true;
  }

  private CompletableFuture<Void> conclude(
      InFlight message, boolean alone, Confirm confirm, Throwable failure) {
    if (failure == null) {
      message.connection.ifPresent(c -> c.lastAnswer = System.nanoTime());
    }
    Throwable cause =
        failure != null ? failure : confirm.isAck() ? null : closeReason(message).orElse(null);
    if (!alone && BrokerErrors.isChannelClosed(cause)) {
      // Perhaps because of another message. Those that wait for a thread fail together.
      InFlight again = message.again();
      return CompletableFuture.supplyAsync(() -> publish(again, true), slow)
          .thenCompose(done -> done);
    }
    Optional<IOException> problem = problem(message, confirm, cause);
    message.leave().ifPresent(failure == null ? PublisherConnections::release : connections::abort);
    if (problem.isPresent()) {
      // The exchange or the queue may have been deleted.
      message
          .connection
          .filter(c -> topology.owns(message.exchange))
          .ifPresent(c -> c.declared = false);
      return CompletableFuture.failedFuture(problem.get());
    }
    if (alone) {
      refusing.remove(message.destination());
    }
    return CompletableFuture.completedFuture(null);
  }

  private static Optional<ShutdownSignalException> closeReason(InFlight message) {
    return message.channel.map(Channel::getCloseReason);
  }

  private Optional<IOException> problem(InFlight message, Confirm confirm, Throwable cause) {
    if (cause instanceof TimeoutException) {
      return Optional.of(late(message));
    }
    if (cause != null) {
      return Optional.of(problem(message, cause));
    }
    ReturnedMessage returned = message.getReturned();
    if (returned != null) {
      String reply = returned.getReplyText().toLowerCase(Locale.ROOT);
      return Optional.of(
          undeliverable(
              message,
              returned.getReplyCode() == NO_ROUTE
                  ? "no queue is bound for its routing key"
                  : reply));
    }
    return confirm.isAck()
        ? Optional.empty()
        : Optional.of(undeliverable(message, "the broker rejected the message"));
  }

  private static Undeliverable undeliverable(InFlight message, String reason) {
    return new Undeliverable(message.destination() + ": " + reason);
  }

  private IOException problem(InFlight message, Throwable cause) {
    if (cause instanceof BrokerDown known) {
      return known;
    }
    if (BrokerErrors.concernsOneMessage(cause)) {
      return refused(message, BrokerErrors.of(cause));
    }
    if (BrokerErrors.isSilence(cause)) {
      message.connection.ifPresent(BrokerConnection::cut);
    }
    return new BrokerDown(url + ": " + BrokerErrors.of(cause));
  }

  private Undeliverable refused(InFlight message, String reason) {
    if (refusing.size() >= REFUSING) {
      refusing.clear();
    }
    refusing.add(message.destination());
    return undeliverable(message, reason);
  }

  /** A missing confirm concerns one message or its queue if other confirms still arrive. */
  private IOException late(InFlight message) {
    Optional<BrokerConnection> used = message.connection;
    Optional<String> blocked = used.flatMap(BrokerConnection::blocked);
    if (blocked.isPresent()) {
      return blocked(blocked.get());
    }
    long half = timeout.toNanos() / 2;
    if (message.written && used.filter(c -> c.lastAnswer - message.since > half).isPresent()) {
      return refused(message, "the broker did not confirm the message");
    }
    used.ifPresent(BrokerConnection::cut);
    return new BrokerDown(url + ": timed out");
  }

  @Override
  public void close() {
    closed = true;
    connections.close();
  }
}
