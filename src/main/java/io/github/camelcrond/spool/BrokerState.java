// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.spool;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether the broker accepts messages. While it is down, one message at a time probes it. */
final class BrokerState {
  private static final Logger LOG = LoggerFactory.getLogger("crond.spool");
  private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

  private boolean down;
  private boolean probing;
  private long probeAt;
  private Duration pause = FIRST_PAUSE;
  private long upSince;

  /**
   * The state of a broker that is assumed to be up.
   *
   * @param now in nanoseconds
   */
  BrokerState(long now) {
    this.upSince = now;
  }

  boolean isDown() {
    return down;
  }

  /** Whether a message may be sent at {@code now}. */
  boolean mayBeAsked(long now) {
    return !down || !probing && now >= probeAt;
  }

  /** When the next probe is due; {@code end} if that is not known yet. */
  long probeAt(long end) {
    return down && !probing ? probeAt : end;
  }

  /** When the broker last came back, in nanoseconds. */
  long upSince() {
    return upSince;
  }

  /** Notes that a message is sent. */
  void asked() {
    probing |= down;
  }

  /** Notes that sending a message has ended, successfully or not. */
  void answered() {
    probing = false;
  }

  /** Notes that the broker accepts no messages because of {@code cause}. */
  void down(Exception cause, long now) {
    if (!down) {
      down = true;
      pause = FIRST_PAUSE;
      LOG.atWarn().addKeyValue("reason", cause.getMessage()).log("broker is down, messages queued");
    } else if (probeAt <= now) {
      Duration doubled = pause.multipliedBy(2);
      pause = doubled.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : doubled;
    }
    probeAt = now + pause.toNanos();
  }

  /** Notes that the broker answered. */
  void up(int queued, long now) {
    if (down) {
      down = false;
      upSince = now;
      LOG.atInfo().addKeyValue("queued", queued).log("broker is up, sending queued messages");
    }
  }
}
