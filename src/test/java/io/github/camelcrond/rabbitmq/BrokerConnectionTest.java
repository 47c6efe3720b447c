// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Connection;
import java.lang.reflect.Proxy;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class BrokerConnectionTest {

  @Test
  void aBlockedConnectionThatWasLostBlocksNoLonger() {
    AtomicBoolean open = new AtomicBoolean(true);
    Connection connection =
        (Connection)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {Connection.class},
                (proxy, method, arguments) ->
                    method.getName().equals("isOpen") ? open.get() : null);
    BrokerConnection broker = new BrokerConnection(connection, new Socket());
    broker.handleBlocked("low on memory");
    assertThat(broker.blocked()).contains("low on memory");
    open.set(false);
    assertThat(broker.blocked()).isEmpty();
  }
}
