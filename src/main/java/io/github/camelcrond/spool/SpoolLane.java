// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.spool;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The messages of one job for one endpoint, in order; only the first may be in flight. The state
 * tells which queue the lane is in, if any; it is never in two.
 */
final class SpoolLane {
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

  /** The state of a lane. */
  enum LaneState {
    /** It has no messages. */
    EMPTY,
    /** It is in its receiver's queue: its first message may be sent. */
    READY,
    /** Its first message is in flight. */
    BUSY,
    /** Its first message failed and is retried after a pause. */
    PAUSED
  }

  final String name;
  final String endpoint;
  SpoolReceiver receiver;

  /** The numbers of its messages, including those that have been dropped since. */
  final Deque<Long> messages = new ArrayDeque<>();

  LaneState state = LaneState.EMPTY;
  int failures;
  long notBefore;
  private long refusedSince;

  SpoolLane(String name, String endpoint, SpoolReceiver receiver) {
    this.name = name;
    this.endpoint = endpoint;
    this.receiver = receiver;
  }

  /** Whether its first message has been refused at every attempt for longer than {@code time}. */
  boolean refusedFor(Duration time, long now) {
    return failures > 0 && now - refusedSince > time.toNanos();
  }

  /** Notes that its receiver was down until {@code since}: earlier refusals do not count. */
  void reachableSince(long since) {
    refusedSince += Math.max(0, since - refusedSince);
  }

  /** Delays the next attempt by a pause twice as long as the last one. */
  void pause(long now, double spread) {
    refusedSince = failures == 0 ? now : refusedSince;
    failures++;
    long pause = FIRST_PAUSE.toMillis() << Math.min(failures - 1, 10);
    long millis = Math.min(pause, LONGEST_PAUSE.toMillis());
    // With jitter, so that messages that failed together are not retried together.
    notBefore = now + (long) (millis * 1_000_000 * (0.5 + spread / 2));
    state = LaneState.PAUSED;
  }
}
