// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.spool;

import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The lanes that have messages, and which of them is next: those of one receiver in the order in
 * which they became ready, the receivers in turn. Not thread-safe.
 */
final class SpoolLanes {
  private final long held;
  private final BrokerState brokerState;
  private final SpoolReceiver broker = SpoolReceiver.broker();
  private final Map<String, SpoolReceiver> receivers = new LinkedHashMap<>();
  private final Map<String, SpoolLane> lanes = new HashMap<>();
  private final PriorityQueue<SpoolLane> paused =
      new PriorityQueue<>(Comparator.comparingLong((SpoolLane lane) -> lane.notBefore));

  /**
   * @param held bytes of messages that may be in flight to a receiver
   */
  SpoolLanes(BrokerState brokerState, long held) {
    this.brokerState = brokerState;
    this.held = held;
  }

  /** Adds {@code message}, whose number is {@code id}, to its lane. */
  void add(long id, SpoolMessage message) {
    SpoolLane lane =
        lanes.computeIfAbsent(
            message.lane(),
            name -> new SpoolLane(name, message.endpoint(), receiver(message.endpoint())));
    lane.messages.add(id);
    if (lane.state == SpoolLane.LaneState.EMPTY) {
      ready(lane);
    }
  }

  private SpoolReceiver receiver(String endpoint) {
    return SpoolMessage.isToBroker(endpoint)
        ? broker
        : receivers.computeIfAbsent(endpoint, SpoolReceiver::of);
  }

  /** The lane of {@code message}, which is in flight. */
  SpoolLane of(SpoolMessage message) {
    return lanes.get(message.lane());
  }

  /** Queues {@code lane} behind the others of its receiver. */
  void ready(SpoolLane lane) {
    lane.state = SpoolLane.LaneState.READY;
    // The receiver may have been forgotten while the lane was paused.
    lane.receiver = receiver(lane.endpoint);
    lane.receiver.ready.add(lane);
  }

  /** Retries the first message of {@code lane} after a pause. */
  void pause(SpoolLane lane, long now) {
    lane.pause(now, ThreadLocalRandom.current().nextDouble());
    paused.add(lane);
  }

  /** Forgets {@code lane}, which has no more messages. */
  void remove(SpoolLane lane) {
    lane.state = SpoolLane.LaneState.EMPTY;
    lanes.remove(lane.name);
  }

  /** Makes the lanes ready whose pause is over; whether there were any. */
  boolean wake(long now) {
    boolean woken = false;
    while (!paused.isEmpty() && paused.peek().notBefore <= now) {
      ready(paused.poll());
      woken = true;
    }
    return woken;
  }

  /** The time at which a lane may become ready if none is now, {@code end} at the latest. */
  long wakeAt(boolean toBroker, long end) {
    long at = paused.isEmpty() ? end : Math.min(end, paused.peek().notBefore);
    return toBroker && !broker.ready.isEmpty() ? Math.min(at, brokerState.probeAt(end)) : at;
  }

  /** Removes and returns the lane whose first message is to be sent next, if there is one. */
  Optional<SpoolLane> next(boolean toBroker, long now) {
    if (toBroker) {
      return brokerState.mayBeAsked(now) ? next(broker) : Optional.empty();
    }
    for (SpoolReceiver receiver : receivers.values()) {
      Optional<SpoolLane> found = next(receiver);
      if (found.isPresent()) {
        // To the end: receivers take turns.
        receivers.remove(receiver.name);
        receivers.put(receiver.name, receiver);
        return found;
      }
    }
    receivers.values().removeIf(SpoolReceiver::isIdle);
    return Optional.empty();
  }

  private Optional<SpoolLane> next(SpoolReceiver receiver) {
    return receiver.isOpen(held) ? Optional.ofNullable(receiver.ready.poll()) : Optional.empty();
  }

  /** Lanes whose first message could be sent now, as far as is known. */
  int sendable(boolean toBroker) {
    if (toBroker) {
      return brokerState.isDown() ? 0 : broker.ready.size();
    }
    return receivers.values().stream().mapToInt(receiver -> receiver.ready.size()).sum();
  }
}
