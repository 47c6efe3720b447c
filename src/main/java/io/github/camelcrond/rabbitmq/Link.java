// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.rabbitmq;

import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.BlockedListener;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;

/**
 * The connection on which messages are published: made when the first is sent, made again after it
 * was lost. Each message is answered for: taken by a queue, or a reason why not.
 */
public final class Link implements Closeable {
  private final ConnectionFactory factory;
  private final RabbitUrl url;
  private final Topology topology;
  private final Duration timeout;
  private final ScheduledExecutorService timer;
  private final LongSupplier nanos;
  private final AtomicBoolean watched = new AtomicBoolean();
  private final Object connecting = new Object();
  private volatile Optional<Live> live = Optional.empty();
  private volatile boolean closed;

  /** A connection and its channels, by exchange. */
  private static final class Live implements BlockedListener {
    final Connection connection;
    final Map<String, ConfirmChannel> channels = new ConcurrentHashMap<>();
    volatile Optional<String> blocked = Optional.empty();

    Live(Connection connection) {
      this.connection = connection;
      connection.addBlockedListener(this);
    }

    @Override
    public void handleBlocked(String reason) {
      blocked = Optional.of(reason);
    }

    @Override
    public void handleUnblocked() {
      blocked = Optional.empty();
    }
  }

  /**
   * @param timeout for connecting and for each answer
   * @param timer looks for answers that are late
   * @param nanos a clock that only goes forward
   */
  Link(
      ConnectionFactory factory,
      RabbitUrl url,
      Topology topology,
      Duration timeout,
      ScheduledExecutorService timer,
      LongSupplier nanos) {
    this.factory = factory;
    this.url = url;
    this.topology = topology;
    this.timeout = timeout;
    this.timer = timer;
    this.nanos = nanos;
  }

  /**
   * Sends {@code message}. The answer fails with {@link BrokerDown} or {@link Undeliverable}; it
   * may come on the connection's own thread, which must not be held.
   */
  CompletableFuture<Void> publish(Outgoing message) {
    try {
      Live now = connected();
      if (now.blocked.isPresent()) {
        throw new BrokerDown(url + " takes no messages: " + now.blocked.get());
      }
      CompletableFuture<Void> answer = channel(now, message.exchange()).publish(message);
      watch();
      return answer;
    } catch (IOException e) {
      return CompletableFuture.failedFuture(reason(e));
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(
          e instanceof AlreadyClosedException closedMeanwhile && !closedMeanwhile.isHardError()
              ? new Undeliverable(message.destination() + ": " + Reasons.of(e))
              : reason(e));
    }
  }

  /**
   * The same, waiting for the answer.
   *
   * @throws IOException why the message was not taken
   */
  void publishAndWait(Outgoing message) throws IOException, InterruptedException {
    CompletableFuture<Void> answer = publish(message);
    try {
      // The watch gives up late answers; it cannot where the broker has blocked us meanwhile.
      answer.get(2 * timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException known ? known : new IOException(e.getCause());
    } catch (TimeoutException e) {
      throw new BrokerDown(url + " does not answer");
    }
  }

  private IOException reason(Exception e) {
    return e instanceof BrokerDown || e instanceof Undeliverable
        ? (IOException) e
        : new BrokerDown(url + ": " + Reasons.of(e));
  }

  private Live connected() throws IOException {
    Optional<Live> now = live;
    if (now.isPresent() && now.get().connection.isOpen()) {
      return now.get();
    }
    synchronized (connecting) {
      if (live.isPresent() && live.get().connection.isOpen()) {
        return live.get();
      }
      if (closed) {
        throw new BrokerDown("the daemon stops");
      }
      try {
        Live made = new Live(factory.newConnection(url.addresses(), "camel-crond"));
        live = Optional.of(made);
        return made;
      } catch (TimeoutException e) {
        throw new BrokerDown(url + ": no answer in time");
      }
    }
  }

  /** The channel of {@code exchange}; what we own there is declared when it is opened. */
  private ConfirmChannel channel(Live now, String exchange) throws IOException {
    ConfirmChannel open = now.channels.get(exchange);
    if (isUsable(open)) {
      return open;
    }
    synchronized (now) {
      open = now.channels.get(exchange);
      if (isUsable(open)) {
        return open;
      }
      if (open != null) {
        open.close();
      }
      ConfirmChannel made = open(now, exchange);
      now.channels.put(exchange, made);
      return made;
    }
  }

  /** After a message came back, what was declared may be gone: it is declared again. */
  private static boolean isUsable(ConfirmChannel channel) {
    return channel != null && channel.isOpen() && !(channel.hadReturns() && channel.isIdle());
  }

  private ConfirmChannel open(Live now, String exchange) throws IOException {
    Channel channel = now.connection.createChannel();
    if (channel == null) {
      throw new Undeliverable("the broker allows no further channel");
    }
    try {
      topology.declareOn(channel, exchange);
      return new ConfirmChannel(channel, nanos);
    } catch (IOException e) {
      if (!now.connection.isOpen()) {
        throw e;
      }
      channel.abort();
      throw new Undeliverable("exchange " + exchange + ": " + Reasons.of(e));
    }
  }

  /** Looks after answers as long as there are any to come. */
  private void watch() {
    if (watched.compareAndSet(false, true)) {
      timer.schedule(this::look, timeout.toMillis() / 4 + 1, TimeUnit.MILLISECONDS);
    }
  }

  private void look() {
    watched.set(false);
    Optional<Live> now = live;
    if (now.isEmpty()) {
      return;
    }
    Live current = now.get();
    boolean late = current.channels.values().stream().anyMatch(c -> c.owesSince(timeout));
    if (late && current.blocked.isEmpty()) {
      giveUp(current);
    } else if (current.channels.values().stream().anyMatch(c -> !c.isIdle())) {
      watch();
    }
  }

  /** Leaves a connection that gives no answers; closing it properly could hang as well. */
  private void giveUp(Live silent) {
    synchronized (connecting) {
      if (live.filter(l -> l == silent).isPresent()) {
        live = Optional.empty();
      }
    }
    BrokerDown why = new BrokerDown(url + " gives no answer");
    silent.channels.values().forEach(c -> c.fail(why));
    Thread closer = new Thread(() -> silent.connection.abort(1_000), "rabbitmq-abort");
    closer.setDaemon(true);
    closer.start();
  }

  @Override
  public void close() {
    closed = true;
    live.ifPresent(l -> l.connection.abort(1_000));
  }
}
