// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.spool;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/** The messages of a job for one endpoint, in order; only the first may be on its way. */
final class Lane {
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

  /**
   * @param size in bytes on disk
   * @param held the message, if it is kept in memory too, else null
   */
  record Entry(long id, Lane lane, int size, SpoolMessage held) {}

  final String name;
  final boolean toBroker;
  final Deque<Entry> entries = new ArrayDeque<>();
  boolean busy;
  int failures;
  long notBefore;
  private long refusedSince;

  Lane(String name, boolean toBroker) {
    this.name = name;
    this.toBroker = toBroker;
  }

  /** Whether its first message has been refused again and again for longer than {@code time}. */
  boolean refusedFor(Duration time, long now) {
    return failures > 0 && now - refusedSince > time.toNanos();
  }

  /** Its receiver was away until {@code now}, and has refused nothing. */
  void away(long now) {
    refusedSince = now;
  }

  /** Takes the next try to after a pause, twice as long as the last. */
  void pause(long now, double spread) {
    refusedSince = failures == 0 ? now : refusedSince;
    failures++;
    long pause = FIRST_PAUSE.toMillis() << Math.min(failures - 1, 10);
    long millis = Math.min(pause, LONGEST_PAUSE.toMillis());
    // Spread, so that of messages that fail together the innocent ones part from the guilty one.
    notBefore = now + (long) (millis * 1_000_000 * (0.5 + spread / 2));
  }
}
