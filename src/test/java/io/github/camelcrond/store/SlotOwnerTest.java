// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.exceptions.JedisConnectionException;

class SlotOwnerTest {
  private static final int TIMEOUT = 100;

  private final List<ServerSocket> silent = new ArrayList<>();

  @BeforeEach
  void listen() throws IOException {
    for (int i = 0; i < 6; i++) {
      silent.add(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
    }
  }

  @AfterEach
  void close() throws IOException {
    for (ServerSocket node : silent) {
      node.close();
    }
  }

  @Test
  void asksNoMoreNodesWhenTheTimeoutsHavePassed() throws IOException {
    SlotOwner owner =
        new SlotOwner(
            1,
            silent.stream().map(s -> new HostAndPort("127.0.0.1", s.getLocalPort())).toList(),
            DefaultJedisClientConfig.builder().timeoutMillis(TIMEOUT).build());

    assertThatThrownBy(owner::createSocket)
        .isInstanceOf(JedisConnectionException.class)
        .hasStackTraceContaining("timed out");
    assertThat(asked()).isBetween(1, 3);
  }

  private int asked() throws IOException {
    int asked = 0;
    for (ServerSocket node : silent) {
      node.setSoTimeout(1);
      try {
        node.accept().close();
        asked++;
      } catch (SocketTimeoutException e) {
        // not asked
      }
    }
    return asked;
  }
}
