// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.rabbitmq;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ConnectionFactory;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;
import org.springframework.amqp.rabbit.connection.CachingConnectionFactory.ConfirmType;
import org.springframework.amqp.rabbit.connection.ChannelProxy;
import org.springframework.amqp.rabbit.connection.Connection;
import org.springframework.amqp.rabbit.connection.ConnectionListener;
import org.springframework.amqp.rabbit.core.RabbitTemplate;

/** The connection to publish on, opened when a channel is needed and there is none. */
final class PublisherConnections implements ConnectionListener, AutoCloseable {
  /** Channels at most; a caller that needs one more waits. */
  private static final int CHANNELS = 64;

  private static final int CLOSE_MILLIS = 1_000;

  private final ExecutorService slow;
  private final CachingConnectionFactory factory;
  private final RabbitTemplate listener;
  private volatile Socket connecting = new Socket();
  private volatile Optional<BrokerConnection> current = Optional.empty();
  private volatile Optional<Failure> failure = Optional.empty();

  /** Why no channel could be opened, and when that was known. */
  private record Failure(long at, RuntimeException cause) {}

  /**
   * @param timeout for a free channel
   * @param slow for what waits for the broker
   */
  PublisherConnections(
      ConnectionFactory client, RabbitUrl url, Duration timeout, ExecutorService slow) {
    this.slow = slow;
    ConnectionFactory own = client.clone();
    own.setShutdownExecutor(slow);
    own.setSocketConfigurator(
        client.getSocketConfigurator().andThen(socket -> connecting = socket));
    this.factory = new CachingConnectionFactory(own);
    factory.setAddresses(url.hosts());
    factory.setConnectionNameStrategy(f -> "camel-crond");
    factory.setPublisherConfirmType(ConfirmType.CORRELATED);
    factory.setPublisherReturns(true);
    factory.setPublisherChannelFactory((channel, ignored) -> new PublisherChannel(channel));
    factory.setChannelCacheSize(CHANNELS);
    factory.setChannelCheckoutTimeout(timeout.toMillis());
    factory.setExecutor(slow);
    factory.setCloseExceptionLogger((log, message, cause) -> {});
    factory.addConnectionListener(this);
    this.listener = new RabbitTemplate(factory);
  }

  @Override
  public void onCreate(Connection connection) {
    BrokerConnection made = new BrokerConnection(connection.getDelegate(), connecting);
    connection.addBlockedListener(made);
    current = Optional.of(made);
  }

  /** The connection that was opened last, if there was any. */
  Optional<BrokerConnection> current() {
    return current;
  }

  /** To whom channels report confirms. */
  RabbitTemplate listener() {
    return listener;
  }

  /**
   * A free channel.
   *
   * @param since when the caller began, in nanoseconds: a failure to connect that was seen later is
   *     its own as well, so that callers do not wait for one attempt after the other
   */
  ChannelProxy channel(long since) {
    Optional<Failure> seen = failure.filter(f -> f.at - since > 0);
    if (seen.isPresent()) {
      throw seen.get().cause;
    }
    try {
      return (ChannelProxy) factory.createConnection().createChannel(false);
    } catch (RuntimeException e) {
      failure = Optional.of(new Failure(System.nanoTime(), e));
      throw e;
    }
  }

  /** Gives back a channel that awaits no confirm. */
  static void release(Channel channel) {
    try {
      channel.close();
    } catch (IOException | TimeoutException | RuntimeException e) {
      // closed already
    }
  }

  /** Closes {@code channel}; the caller does not wait for the broker. */
  void abort(ChannelProxy channel) {
    slow.execute(
        () -> {
          try {
            Optional<Channel> target = Optional.ofNullable(channel.getTargetChannel());
            if (target.isPresent()) {
              target.get().abort();
            }
          } catch (IOException | RuntimeException e) {
            // closed already
          }
          release(channel);
        });
  }

  @Override
  public void close() {
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
