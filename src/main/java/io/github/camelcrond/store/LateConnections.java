// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.store;

import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.springframework.dao.DataAccessException;
import org.springframework.data.redis.RedisConnectionFailureException;
import org.springframework.data.redis.connection.RedisClusterConnection;
import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.connection.RedisSentinelConnection;
import org.springframework.data.redis.connection.jedis.JedisConnectionFactory;

/**
 * Connections of a factory that is started when the first is asked for, and again if that failed:
 * with sentinels, a start fails unless one of them answers. The store behind them is checked before
 * it is used, and again and again, as a daemon of a later version may take it over.
 */
final class LateConnections implements RedisConnectionFactory, AutoCloseable {
  /** How long a failure to start is repeated to callers that waited for the attempt. */
  private static final long REST = Duration.ofSeconds(1).toNanos();

  private final Supplier<JedisConnectionFactory> factories;
  private final Consumer<RedisConnection> check;
  private final long period;
  private JedisConnectionFactory started;
  private RedisConnectionFailureException failure;
  private long failedAt;
  private volatile long checksAt = System.nanoTime();
  private volatile long closesAt = System.nanoTime() + Long.MAX_VALUE;

  /**
   * @param check throws what a caller gets in place of a connection to a store that must not be
   *     used
   * @param period how often that is checked
   */
  LateConnections(
      Supplier<JedisConnectionFactory> factories,
      Consumer<RedisConnection> check,
      Duration period) {
    this.factories = factories;
    this.check = check;
    this.period = period.toNanos();
  }

  @Override
  public RedisConnection getConnection() {
    if (System.nanoTime() - closesAt >= 0) {
      throw new RedisConnectionFailureException("the daemon is stopping");
    }
    RedisConnection connection = started().getConnection();
    if (System.nanoTime() - checksAt >= 0) {
      try {
        check.accept(connection);
      } catch (RuntimeException e) {
        connection.close();
        throw e;
      }
      checksAt = System.nanoTime() + period;
    }
    return connection;
  }

  private synchronized JedisConnectionFactory started() {
    if (started != null) {
      return started;
    }
    if (failure != null && System.nanoTime() - failedAt < REST) {
      throw failure;
    }
    JedisConnectionFactory factory = factories.get();
    factory.setEarlyStartup(false);
    factory.afterPropertiesSet();
    try {
      factory.start();
    } catch (RuntimeException e) {
      failure = new RedisConnectionFailureException("no master is known", e);
      failedAt = System.nanoTime();
      throw failure;
    }
    started = factory;
    return factory;
  }

  /** Refuses all connections after {@code time}. */
  void closeAfter(Duration time) {
    closesAt = System.nanoTime() + time.toNanos();
  }

  @Override
  public RedisClusterConnection getClusterConnection() {
    return started().getClusterConnection();
  }

  @Override
  public RedisSentinelConnection getSentinelConnection() {
    return started().getSentinelConnection();
  }

  @Override
  public boolean getConvertPipelineAndTxResults() {
    return true;
  }

  @Override
  public DataAccessException translateExceptionIfPossible(RuntimeException e) {
    return null;
  }

  @Override
  public synchronized void close() {
    if (started != null) {
      started.destroy();
    }
  }
}
