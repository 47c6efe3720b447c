// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.rabbitmq;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.SocketConfigurators;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.springframework.amqp.core.ReturnedMessage;
import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;
import org.springframework.amqp.rabbit.connection.CachingConnectionFactory.ConfirmType;
import org.springframework.amqp.rabbit.connection.ChannelProxy;
import org.springframework.amqp.rabbit.connection.Connection;
import org.springframework.amqp.rabbit.connection.ConnectionListener;
import org.springframework.amqp.rabbit.connection.CorrelationData.Confirm;
import org.springframework.amqp.rabbit.connection.PendingConfirm;
import org.springframework.amqp.rabbit.connection.PublisherCallbackChannel;
import org.springframework.amqp.rabbit.core.RabbitTemplate;

/**
 * Publishes messages and reports for each whether a queue has it. The connection is opened for the
 * first message, and again after it was lost.
 *
 * <p>Messages share a channel, as a channel for each would cost three times the work. The broker
 * closes it for a message that it refuses; those in flight with it are then sent again, each on a
 * channel of its own, and the destination of the refused one keeps to such channels.
 */
final class Publisher implements ConnectionListener, AutoCloseable {
  /** Channels at most, and so messages in flight on channels of their own. */
  private static final int CHANNELS = 64;

  /** Destinations known to refuse messages, at most. */
  private static final int REFUSING = 1_000;

  private static final int CLOSE_MILLIS = 1_000;
  private static final int NO_ROUTE = 312;

  private final RabbitUrl url;
  private final Topology topology;
  private final Duration timeout;
  private final ExecutorService answers;
  private final ExecutorService slow;
  private final CachingConnectionFactory connections;
  private final RabbitTemplate listener;
  private final Set<String> refusing = ConcurrentHashMap.newKeySet();
  private final Object sending = new Object();
  private Optional<ChannelProxy> shared = Optional.empty();
  private Optional<Failure> failure = Optional.empty();
  private volatile Socket connecting = new Socket();
  private volatile Optional<BrokerConnection> current = Optional.empty();
  private volatile boolean closed;

  /** Why there was no channel, and when that was known. */
  private record Failure(long at, RuntimeException cause) {}

  /**
   * @param timeout for connecting and for each confirm
   * @param answers for what follows a confirm
   * @param slow for what waits for the broker
   */
  Publisher(
      ConnectionFactory factory,
      RabbitUrl url,
      Topology topology,
      Duration timeout,
      ExecutorService answers,
      ExecutorService slow) {
    this.url = url;
    this.topology = topology;
    this.timeout = timeout;
    this.answers = answers;
    this.slow = slow;
    ConnectionFactory own = factory.clone();
    own.setShutdownExecutor(slow);
    own.setSocketConfigurator(
        SocketConfigurators.defaultConfigurator().andThen(socket -> connecting = socket));
    this.connections = new CachingConnectionFactory(own);
    connections.setAddresses(url.hosts());
    connections.setConnectionNameStrategy(f -> "camel-crond");
    connections.setPublisherConfirmType(ConfirmType.CORRELATED);
    connections.setPublisherReturns(true);
    connections.setPublisherChannelFactory((channel, ignored) -> new PublisherChannel(channel));
    connections.setChannelCacheSize(CHANNELS);
    connections.setChannelCheckoutTimeout(timeout.toMillis());
    connections.setExecutor(slow);
    connections.setCloseExceptionLogger((log, message, cause) -> {});
    connections.addConnectionListener(this);
    this.listener = new RabbitTemplate(connections);
  }

  @Override
  public void onCreate(Connection connection) {
    BrokerConnection made = new BrokerConnection(connection.getDelegate(), connecting);
    connection.addBlockedListener(made);
    current = Optional.of(made);
  }

  /** Sends {@code message}. The result fails with {@link BrokerDown} or {@link Undeliverable}. */
  CompletableFuture<Void> publish(InFlight message) {
    return publish(message, refusing.contains(message.destination()));
  }

  private CompletableFuture<Void> publish(InFlight message, boolean alone) {
    // First of all, as a write to a broker that does not read comes to no end by itself.
    CompletableFuture<Confirm> answer =
        message.getFuture().orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS);
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
    Optional<String> blocked = current.flatMap(BrokerConnection::blocked);
    if (blocked.isPresent()) {
      throw blocked(blocked.get());
    }
  }

  private BrokerDown blocked(String reason) {
    return new BrokerDown(url + " accepts no messages: " + reason);
  }

  private void send(InFlight message, boolean alone) throws IOException {
    if (alone) {
      declare(message);
      ChannelProxy channel = channel();
      try {
        send(message, channel);
      } finally {
        release(channel);
      }
      return;
    }
    synchronized (sending) {
      if (shared.filter(Channel::isOpen).isEmpty()) {
        shared.ifPresent(Publisher::release);
        shared = Optional.empty();
        shared = Optional.of(channel(message.since));
      }
      declare(message);
      send(message, shared.get());
    }
  }

  /** A channel, unless there was none to be had meanwhile: callers do not wait for each other. */
  private ChannelProxy channel(long since) {
    if (failure.filter(f -> f.at - since > 0).isPresent()) {
      throw failure.get().cause;
    }
    try {
      return channel();
    } catch (RuntimeException e) {
      failure = Optional.of(new Failure(System.nanoTime(), e));
      throw e;
    }
  }

  private ChannelProxy channel() {
    return (ChannelProxy) connections.createConnection().createChannel(false);
  }

  /** Gives a channel back; Spring keeps it apart until it has its confirms. */
  private static void release(Channel channel) {
    try {
      channel.close();
    } catch (IOException | TimeoutException | RuntimeException e) {
      // closed already
    }
  }

  /** Declares what is ours on a channel of its own, as a refusal closes it. */
  private void declare(InFlight message) throws IOException {
    BrokerConnection now = current.orElseThrow();
    message.connection = current;
    if (now.declared || !topology.owns(message.exchange)) {
      return;
    }
    Channel channel = channel();
    try {
      topology.declareOn(channel);
      now.declared = true;
    } finally {
      release(channel);
    }
  }

  private void send(InFlight message, ChannelProxy channel) throws IOException {
    if (message.getFuture().isDone()) {
      return;
    }
    listener.addListener(channel);
    PublisherCallbackChannel target = (PublisherCallbackChannel) channel.getTargetChannel();
    message.channel = Optional.of(target);
    try {
      target.addPendingConfirm(
          listener,
          target.getNextPublishSeqNo(),
          new PendingConfirm(message, System.currentTimeMillis()));
      target.basicPublish(
          message.exchange,
          message.routingKey,
          message.mandatory,
          message.properties,
          message.body);
      message.written = true;
    } catch (IOException | RuntimeException e) {
      // The channel expects a confirm for a message that the broker has not seen.
      message.getFuture().completeExceptionally(e);
      slow.execute(() -> abort(target));
      throw e;
    }
  }

  private static void abort(Channel channel) {
    try {
      channel.abort();
    } catch (IOException | RuntimeException e) {
      // closed already
    }
  }

  private CompletableFuture<Void> conclude(
      InFlight message, boolean alone, Confirm confirm, Throwable failure) {
    if (failure == null) {
      message.connection.ifPresent(c -> c.lastAnswer = System.nanoTime());
    }
    Throwable cause = failure != null ? failure : confirm.isAck() ? null : closeReason(message);
    if (!alone && Reasons.isChannelClosed(cause)) {
      // Perhaps for another message.
      return CompletableFuture.supplyAsync(() -> publish(message.again(), true), slow)
          .thenCompose(done -> done);
    }
    Optional<IOException> problem = problem(message, alone, confirm, cause);
    if (problem.isPresent()) {
      // What was declared may be gone.
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

  private static Throwable closeReason(InFlight message) {
    return message.channel.map(Channel::getCloseReason).orElse(null);
  }

  private Optional<IOException> problem(
      InFlight message, boolean alone, Confirm confirm, Throwable cause) {
    if (cause instanceof TimeoutException) {
      return Optional.of(late(message, alone));
    }
    if (cause != null) {
      return Optional.of(problem(message, cause));
    }
    ReturnedMessage returned = message.getReturned();
    if (returned != null) {
      String reply = returned.getReplyText().toLowerCase(Locale.ROOT);
      return Optional.of(
          undeliverable(
              message, returned.getReplyCode() == NO_ROUTE ? "no queue is bound for it" : reply));
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
    if (Reasons.concernsOneMessage(cause)) {
      return refused(message, Reasons.of(cause));
    }
    if (Reasons.isSilence(cause)) {
      message.connection.ifPresent(BrokerConnection::cut);
    }
    return new BrokerDown(url + ": " + Reasons.of(cause));
  }

  private Undeliverable refused(InFlight message, String reason) {
    if (refusing.size() >= REFUSING) {
      refusing.clear();
    }
    refusing.add(message.destination());
    return undeliverable(message, reason);
  }

  /** A confirm that does not come, while others do, is a matter of its message or queue. */
  private IOException late(InFlight message, boolean alone) {
    Optional<BrokerConnection> used = message.connection;
    Optional<String> blocked = used.flatMap(BrokerConnection::blocked);
    if (blocked.isPresent() && message.written) {
      return blocked(blocked.get());
    }
    long half = timeout.toNanos() / 2;
    if (message.written && used.filter(c -> c.lastAnswer - message.since > half).isPresent()) {
      if (alone) {
        message.channel.ifPresent(channel -> slow.execute(() -> abort(channel)));
      }
      return refused(message, "the broker does not confirm the message");
    }
    used.ifPresent(BrokerConnection::cut);
    return blocked.isPresent()
        ? blocked(blocked.get())
        : new BrokerDown(url + ": no answer in time");
  }

  @Override
  public void close() {
    closed = true;
    current.ifPresent(
        connection -> {
          try {
            CompletableFuture.runAsync(() -> connection.close(CLOSE_MILLIS), slow)
                .orTimeout(CLOSE_MILLIS, TimeUnit.MILLISECONDS)
                .join();
          } catch (CompletionException e) {
            connection.cut();
          }
        });
  }
}
