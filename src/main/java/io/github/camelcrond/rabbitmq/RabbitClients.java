// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.rabbitmq;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.impl.ForgivingExceptionHandler;
import io.github.camelcrond.config.Settings;
import io.github.camelcrond.config.SettingsException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Makes clients of the broker from the settings {@code crond.rabbitmq.*}. */
final class RabbitClients {
  /** A connection is closed after two intervals without an answer. */
  private static final Duration HEARTBEAT = Duration.ofSeconds(10);

  private static final char[] NO_PASSWORD = {};

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
      factory.setSocketFactory(tls(settings).getSocketFactory());
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

  private static SSLContext tls(Settings settings) {
    try {
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      Optional<Path> ca = path(settings, "crond.rabbitmq.ca");
      trust.init(ca.isPresent() ? authorities(ca.get()) : null);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(identity(settings), trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | java.io.IOException e) {
      throw new SettingsException("TLS for crond.rabbitmq.url cannot be set up: " + e.getMessage());
    }
  }

  private static KeyStore authorities(Path file)
      throws GeneralSecurityException, java.io.IOException {
    KeyStore store = emptyStore();
    for (X509Certificate authority : Pem.certificates("crond.rabbitmq.ca", file)) {
      store.setCertificateEntry("ca-" + store.size(), authority);
    }
    return store;
  }

  /** The certificate and key of the client, if they are set. */
  private static KeyManager[] identity(Settings settings)
      throws GeneralSecurityException, java.io.IOException {
    Optional<Path> certificate = path(settings, "crond.rabbitmq.certificate");
    Optional<Path> key = path(settings, "crond.rabbitmq.key");
    if (certificate.isPresent() != key.isPresent()) {
      throw new SettingsException(
          "crond.rabbitmq.certificate and crond.rabbitmq.key belong together, set both or none");
    }
    if (certificate.isEmpty()) {
      return new KeyManager[0];
    }
    List<X509Certificate> chain = Pem.certificates("crond.rabbitmq.certificate", certificate.get());
    PrivateKey own = Pem.privateKey("crond.rabbitmq.key", key.orElseThrow());
    KeyStore store = emptyStore();
    store.setKeyEntry("client", own, NO_PASSWORD, chain.toArray(X509Certificate[]::new));
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(store, NO_PASSWORD);
    return managers.getKeyManagers();
  }

  private static KeyStore emptyStore() throws GeneralSecurityException, java.io.IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, NO_PASSWORD);
    return store;
  }

  private static Optional<Path> path(Settings settings, String key) {
    return settings.find(key).map(name -> settings.path(key));
  }
}
