// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.spool;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether the broker takes messages. While it is down, one message at a time probes it. */
final class BrokerState {
  private static final Logger LOG = LoggerFactory.getLogger("crond.spool");
  private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

  private boolean down;
  private boolean probing;
  private long probeAt;
  private Duration pause = FIRST_PAUSE;

  boolean isDown() {
    return down;
  }

  /** Whether a message may be sent at {@code now}. */
  boolean mayBeAsked(long now) {
    return !down || !probing && now >= probeAt;
  }

  /** When the next probe is due; {@code end} if it is not known yet. */
  long probeAt(long end) {
    return down && !probing ? probeAt : end;
  }

  /** Notes that a message is sent. */
  void asked() {
    probing |= down;
  }

  /** Notes that a message was answered for, in whatever way. */
  void answered() {
    probing = false;
  }

  /** Notes that the broker took no message because of {@code cause}. */
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
  void up(int queued) {
    if (down) {
      down = false;
      LOG.atInfo().addKeyValue("queued", queued).log("broker is up, sending queued messages");
    }
  }
}
