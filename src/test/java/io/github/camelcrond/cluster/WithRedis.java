// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cluster;

import io.github.camelcrond.store.RedisServer;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.jedis.JedisConnectionFactory;
import org.springframework.data.redis.core.StringRedisTemplate;

/** Tests with a Redis server of their own, which is empty before each of them. */
abstract class WithRedis {
  static RedisServer server;

  JedisConnectionFactory connections;
  StringRedisTemplate redis;

  @BeforeAll
  static void startRedis(@TempDir Path folder) {
    server = RedisServer.start(folder, "--repl-diskless-sync-delay", "0");
  }

  @AfterAll
  static void stopRedis() {
    server.close();
  }

  @BeforeEach
  void connectAndEmpty() {
    connect();
    redis.delete(redis.keys("*"));
  }

  final void connect() {
    connections = connections(server.port());
    redis = new StringRedisTemplate(connections);
  }

  static JedisConnectionFactory connections(int port) {
    JedisConnectionFactory connections =
        new JedisConnectionFactory(new RedisStandaloneConfiguration("127.0.0.1", port));
    connections.afterPropertiesSet();
    connections.start();
    return connections;
  }

  @AfterEach
  void disconnect() {
    connections.destroy();
  }
}
