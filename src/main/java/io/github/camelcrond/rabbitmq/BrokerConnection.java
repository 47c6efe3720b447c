// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.rabbitmq;

import com.rabbitmq.client.BlockedListener;
import com.rabbitmq.client.Connection;
import java.io.IOException;
import java.net.Socket;
import java.util.Optional;

/** What is known of a connection to the broker. */
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

  /** Why the broker reads no messages, if it does not. */
  Optional<String> blocked() {
    return blocked;
  }

  @Override
  public void handleBlocked(String reason) {
    blocked = Optional.of(reason);
  }

  @Override
  public void handleUnblocked() {
    blocked = Optional.empty();
  }

  /** Closes it as the protocol has it, waiting for the broker {@code millis} at most. */
  void close(int millis) {
    connection.abort(millis);
  }

  /** Ends it at once, also under a thread that is stuck in writing. */
  void cut() {
    try {
      // Else the close would wait until the other side has read everything.
      socket.setSoLinger(true, 0);
      socket.close();
    } catch (IOException e) {
      // closed already
    }
  }
}
