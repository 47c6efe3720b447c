// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.store;

import java.time.Duration;
import java.util.function.Supplier;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocketFactory;
import org.apache.commons.pool2.impl.GenericObjectPoolConfig;
import org.springframework.data.redis.connection.RedisNode;
import org.springframework.data.redis.connection.RedisSentinelConfiguration;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.jedis.JedisClientConfiguration;
import org.springframework.data.redis.connection.jedis.JedisConnectionFactory;
import org.springframework.data.redis.core.StringRedisTemplate;
import redis.clients.jedis.Connection;

/**
 * A small pool of connections to Redis, opened when needed and with short timeouts. With sentinels,
 * to the master that they name, also after a fail-over.
 */
final class RedisConnections implements AutoCloseable {
  // One of them listens to other daemons, if there are any.
  private static final int MAX_CONNECTIONS = 9;

  private final LateConnections connections;
  private final StringRedisTemplate template;

  /**
   * Connections to {@code url}.
   *
   * @param timeout to connect, and to wait for an answer or for a free connection
   * @param tls called for a rediss:// URL only, as loading the authorities takes time
   */
  RedisConnections(RedisUrl url, Duration timeout, Supplier<SSLSocketFactory> tls) {
    JedisClientConfiguration client = client(url, timeout, tls);
    connections =
        new LateConnections(
            () ->
                url.master().isPresent()
                    ? new JedisConnectionFactory(sentinels(url), client)
                    : new JedisConnectionFactory(server(url), client));
    // Texts only: values that others wrote are never deserialized to Java objects.
    template = new StringRedisTemplate(connections);
  }

  private static RedisStandaloneConfiguration server(RedisUrl url) {
    RedisNode node = url.nodes().get(0);
    RedisStandaloneConfiguration server =
        new RedisStandaloneConfiguration(node.getHost(), node.getPort());
    server.setDatabase(url.database());
    url.user().ifPresent(server::setUsername);
    url.password().ifPresent(server::setPassword);
    return server;
  }

  private static RedisSentinelConfiguration sentinels(RedisUrl url) {
    RedisSentinelConfiguration sentinels = new RedisSentinelConfiguration();
    sentinels.setMaster(url.master().orElseThrow());
    sentinels.setSentinels(url.nodes());
    sentinels.setDatabase(url.database());
    url.user().ifPresent(sentinels::setUsername);
    url.password().ifPresent(sentinels::setPassword);
    return sentinels;
  }

  private static JedisClientConfiguration client(
      RedisUrl url, Duration timeout, Supplier<SSLSocketFactory> tls) {
    GenericObjectPoolConfig<Connection> pool = new GenericObjectPoolConfig<>();
    pool.setMaxTotal(MAX_CONNECTIONS);
    // Opening a connection takes several round trips, and claims and requests come in bursts.
    pool.setMaxIdle(MAX_CONNECTIONS);
    pool.setMaxWait(timeout);
    pool.setJmxEnabled(false);
    JedisClientConfiguration.JedisClientConfigurationBuilder client =
        JedisClientConfiguration.builder().connectTimeout(timeout).readTimeout(timeout);
    client.clientName("camel-crond").usePooling().poolConfig(pool);
    if (url.tls()) {
      SSLParameters parameters = new SSLParameters();
      // Without this, a certificate for any other host would be accepted.
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      client.useSsl().sslSocketFactory(tls.get()).sslParameters(parameters);
    }
    return client.build();
  }

  /** Sends commands with keys and values that are texts. */
  StringRedisTemplate template() {
    return template;
  }

  /** Refuses all commands after {@code time}, so that a slow Redis does not hold up a stop. */
  void closeAfter(Duration time) {
    connections.closeAfter(time);
  }

  @Override
  public void close() {
    connections.close();
  }
}
