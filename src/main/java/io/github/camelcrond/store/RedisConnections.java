// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.store;

import io.github.camelcrond.config.Settings;
import io.github.camelcrond.config.Tls;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLParameters;
import org.apache.commons.pool2.impl.GenericObjectPoolConfig;
import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.RedisNode;
import org.springframework.data.redis.connection.RedisSentinelConfiguration;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.jedis.JedisClientConfiguration;
import org.springframework.data.redis.connection.jedis.JedisConnectionFactory;
import org.springframework.data.redis.core.StringRedisTemplate;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.util.JedisClusterCRC16;
import redis.clients.jedis.util.Pool;

/**
 * A small pool of connections to Redis, opened when needed and with short timeouts. With sentinels,
 * to the master that they name, with a cluster, to the node that owns the daemon's slot, also after
 * a failover.
 */
final class RedisConnections implements AutoCloseable {
  // One of them listens to other daemons, if there are any.
  private static final int MAX_CONNECTIONS = 9;

  private final LateConnections connections;
  private final StringRedisTemplate template;

  /**
   * Connections to {@code url}.
   *
   * @param format key of the number of the store's {@link StoreFormat}; all keys are in one slot of
   *     a cluster
   * @param settings with timeouts, and what TLS and sentinels need
   */
  RedisConnections(RedisUrl url, String format, Settings settings) {
    JedisClientConfiguration client = client(url, settings);
    connections =
        new LateConnections(
            () ->
                switch (url.kind()) {
                  case SERVER -> new JedisConnectionFactory(server(url), client);
                  case SENTINEL -> new JedisConnectionFactory(sentinels(url, settings), client);
                  case CLUSTER -> cluster(url, format, client);
                },
            connection -> require(url, format, connection),
            settings.duration(
                "crond.store.watch-period", Duration.ofSeconds(1), Duration.ofHours(1)));
    // Texts only: values that others wrote are never deserialized to Java objects.
    template = new StringRedisTemplate(connections);
  }

  private static void require(RedisUrl url, String format, RedisConnection connection) {
    byte[] found = connection.stringCommands().get(format.getBytes(StandardCharsets.UTF_8));
    StoreFormat.require(
        url + " (" + format + ")",
        Optional.ofNullable(found).map(number -> new String(number, StandardCharsets.UTF_8)),
        "another crond.store.prefix");
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

  private static JedisConnectionFactory cluster(
      RedisUrl url, String key, JedisClientConfiguration client) {
    DefaultJedisClientConfig.Builder config =
        DefaultJedisClientConfig.builder()
            .connectionTimeoutMillis((int) client.getConnectTimeout().toMillis())
            .socketTimeoutMillis((int) client.getReadTimeout().toMillis())
            .clientName(client.getClientName().orElseThrow())
            .user(url.user().orElse(null))
            .password(url.password().orElse(null))
            .ssl(client.isUseSsl());
    client.getSslSocketFactory().ifPresent(config::sslSocketFactory);
    client.getSslParameters().ifPresent(config::sslParameters);
    SlotOwner owner =
        new SlotOwner(
            JedisClusterCRC16.getSlot(key),
            url.nodes().stream()
                .map(node -> new HostAndPort(node.getHost(), node.getPort()))
                .toList(),
            config.build());
    return new JedisConnectionFactory(server(url), client) {
      @Override
      protected Pool<Jedis> createRedisPool() {
        return owner.pool(getPoolConfig());
      }
    };
  }

  private static RedisSentinelConfiguration sentinels(RedisUrl url, Settings settings) {
    RedisSentinelConfiguration sentinels = new RedisSentinelConfiguration();
    sentinels.setMaster(url.master().orElseThrow());
    sentinels.setSentinels(url.nodes());
    sentinels.setDatabase(url.database());
    url.user().ifPresent(sentinels::setUsername);
    url.password().ifPresent(sentinels::setPassword);
    settings.find("crond.redis.sentinel.user").ifPresent(sentinels::setSentinelUsername);
    settings.find("crond.redis.sentinel.password").ifPresent(sentinels::setSentinelPassword);
    return sentinels;
  }

  private static JedisClientConfiguration client(RedisUrl url, Settings settings) {
    Duration timeout = settings.redisTimeout();
    GenericObjectPoolConfig<Jedis> pool = new GenericObjectPoolConfig<>();
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
      client
          .useSsl()
          .sslSocketFactory(Tls.context(settings, "crond.redis").getSocketFactory())
          .sslParameters(parameters);
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
