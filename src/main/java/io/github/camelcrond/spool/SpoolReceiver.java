// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.spool;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * A receiver of messages: the broker, or another endpoint. The number of messages in flight is
 * limited for each of them, so that a slow or blocked receiver holds up no other.
 */
final class SpoolReceiver {
  /** The maximum number of messages in flight to the broker. */
  static final int BROKER_WINDOW = 256;

  /** The maximum number of messages in flight to any other endpoint; each holds a thread. */
  private static final int ENDPOINT_WINDOW = 4;

  final String name;
  final boolean broker;
  final Deque<SpoolLane> ready = new ArrayDeque<>();
  private int inFlight;
  private long bytes;

  private SpoolReceiver(String name, boolean broker) {
    this.name = name;
    this.broker = broker;
  }

  /** The broker: one receiver, as all messages to it share a connection. */
  static SpoolReceiver broker() {
    return new SpoolReceiver("broker", true);
  }

  /** Any other endpoint. */
  static SpoolReceiver of(String endpoint) {
    return new SpoolReceiver(endpoint, false);
  }

  /**
   * Whether a message may be sent to it.
   *
   * @param held maximum size of the messages in flight to the broker; a quarter of it to others
   */
  boolean isOpen(long held) {
    return inFlight == 0
        || inFlight < (broker ? BROKER_WINDOW : ENDPOINT_WINDOW)
            && bytes < (broker ? held : held / ENDPOINT_WINDOW);
  }

  /** Notes that {@code message} is in flight. */
  void took(SpoolMessage message) {
    inFlight++;
    bytes += message.body().length;
  }

  /** Notes that {@code message} is no longer in flight. */
  void answered(SpoolMessage message) {
    inFlight--;
    bytes -= message.body().length;
  }

  /** Whether it can be forgotten. */
  boolean isIdle() {
    return !broker && inFlight == 0 && ready.isEmpty();
  }
}
