// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.rabbitmq;

import com.rabbitmq.client.BlockedListener;
import com.rabbitmq.client.Connection;
import java.io.IOException;
import java.net.Socket;
import java.util.Optional;

/** A connection to the broker and the events that the broker has reported on it. */
final class BrokerConnection implements BlockedListener {
  private final Connection connection;
  private final Socket socket;
  volatile boolean declared;
  volatile long lastAnswer = System.nanoTime();
  private volatile Optional<String> blocked = Optional.empty();

  BrokerConnection(Connection connection, Socket socket) {
    this.connection = connection;
    this.socket = socket;
  }

  /** Why the broker accepts no messages; empty if it does, or if the connection is closed. */
  Optional<String> blocked() {
    return connection.isOpen() ? blocked : Optional.empty();
  }

  @Override
  public void handleBlocked(String reason) {
    blocked = Optional.of(reason);
  }

  @Override
  public void handleUnblocked() {
    blocked = Optional.empty();
  }

  /** Closes the connection in order, waiting for the broker for at most {@code millis}. */
  void close(int millis) {
    connection.abort(millis);
  }

  /** Closes the socket at once, which also releases a thread that is blocked in a write. */
  void cut() {
    try {
      // Otherwise closing would wait until the peer has read all data.
      socket.setSoLinger(true, 0);
      socket.close();
    } catch (IOException e) {
      // closed already
    }
  }
}
