// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.rabbitmq;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.impl.ForgivingExceptionHandler;
import io.github.camelcrond.config.Settings;
import io.github.camelcrond.config.Tls;
import java.time.Duration;

/** Makes clients of the broker from the settings {@code crond.rabbitmq.*}. */
final class RabbitClients {
  /** A connection is closed after two intervals without an answer. */
  private static final Duration HEARTBEAT = Duration.ofSeconds(10);

  private RabbitClients() {}

  /** A factory of connections to {@code url}; its users pass the addresses when they connect. */
  static ConnectionFactory factory(Settings settings, RabbitUrl url, Duration timeout) {
    ConnectionFactory factory = new TolerantConnections();
    factory.setUsername(url.user());
    factory.setPassword(url.password());
    factory.setVirtualHost(url.virtualHost());
    factory.setHost(url.addresses().get(0).getHost());
    factory.setPort(url.addresses().get(0).getPort());
    factory.setRequestedHeartbeat((int) HEARTBEAT.toSeconds());
    factory.setConnectionTimeout((int) timeout.toMillis());
    factory.setHandshakeTimeout((int) timeout.toMillis());
    factory.setChannelRpcTimeout((int) timeout.toMillis());
    // Publisher and consumers reconnect by themselves, and know what was not confirmed.
    factory.setAutomaticRecoveryEnabled(false);
    factory.setExceptionHandler(new Calm());
    if (url.tls()) {
      // Not useSslProtocol, which would always verify the name of the host.
      factory.setSocketFactory(Tls.context(settings, "crond.rabbitmq").getSocketFactory());
      if (settings.flag("crond.rabbitmq.verify-host")) {
        factory.enableHostnameVerification();
      }
    }
    return factory;
  }

  /** Logs no lost connections: publisher and consumers detect and report them once. */
  private static final class Calm extends ForgivingExceptionHandler {
    @Override
    public void handleUnexpectedConnectionDriverException(Connection lost, Throwable reason) {
      // reported elsewhere
    }
  }
}
