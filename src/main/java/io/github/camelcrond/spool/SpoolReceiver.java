// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.spool;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Where messages go: the broker, or an endpoint. Each has messages in flight of its own, so that
 * one that is slow or blocked holds up no other.
 */
final class SpoolReceiver {
  /** So many messages may be in flight to the broker. */
  static final int BROKER_WINDOW = 256;

  /** So many messages may be in flight to any other endpoint; each holds a thread. */
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
   * @param held bytes that the messages in flight to the broker may have; to others, a quarter
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

  /** Notes that {@code message} is not in flight any more. */
  void answered(SpoolMessage message) {
    inFlight--;
    bytes -= message.body().length;
  }

  /** Whether nothing has to be known of it any more. */
  boolean isIdle() {
    return !broker && inFlight == 0 && ready.isEmpty();
  }
}
