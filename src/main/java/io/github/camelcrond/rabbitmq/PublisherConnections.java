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

/** The connection for publishing, opened when a channel is needed and there is no connection. */
final class PublisherConnections implements ConnectionListener, AutoCloseable {
  /** The maximum number of channels; a caller that needs another one waits. */
  private static final int CHANNELS = 64;

  private static final int CLOSE_MILLIS = 1_000;

  private final ExecutorService slow;
  private final CachingConnectionFactory factory;
  private final RabbitTemplate listener;
  private volatile Socket connecting = new Socket();
  private volatile Optional<BrokerConnection> current = Optional.empty();
  private volatile Optional<ConnectFailure> failure = Optional.empty();

  /** Why no channel could be opened, and when that was known. */
  private record ConnectFailure(long at, RuntimeException cause) {}

  /**
   * @param timeout for a free channel
   * @param slow runs tasks that wait for the broker
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

  /** The connection that was opened last, whether or not it is still open. */
  Optional<BrokerConnection> current() {
    return current;
  }

  /** Receives the confirms of all channels. */
  RabbitTemplate listener() {
    return listener;
  }

  /**
   * A free channel.
   *
   * @param asked when the caller asked for it, in nanoseconds: a failure to connect after that
   *     applies to the caller as well, so that callers do not wait for one attempt after another
   */
  ChannelProxy channel(long asked) {
    Connection connection = connection(asked);
    try {
      return (ChannelProxy) connection.createChannel(false);
    } catch (RuntimeException e) {
      throw failed(e);
    }
  }

  private synchronized Connection connection(long asked) {
    Optional<ConnectFailure> seen = failure.filter(f -> f.at - asked > 0);
    if (seen.isPresent()) {
      throw seen.get().cause;
    }
    try {
      return factory.createConnection();
    } catch (RuntimeException e) {
      throw failed(e);
    }
  }

  private RuntimeException failed(RuntimeException cause) {
    failure = Optional.of(new ConnectFailure(System.nanoTime(), cause));
    return cause;
  }

  /** Returns a channel that awaits no confirm. */
  static void release(Channel channel) {
    try {
      channel.close();
    } catch (IOException | TimeoutException | RuntimeException e) {
      // closed already
    }
  }

  /** Closes {@code channel} without waiting for the broker. */
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
