// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.run;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The time since the boot of the machine, which no change of its clock affects. Source: proc(5),
 * {@code /proc/uptime}.
 */
final class Uptime {
  private static final Path FILE = Path.of("/proc/uptime");
  private static final long MOST_NANOS = 1_000_000_000;

  private long read;
  private long readAt;

  /**
   * Milliseconds since the boot; 0 if they cannot be determined. The file is read once a second at
   * most, as runs may start in bursts.
   */
  synchronized long millis() {
    long since = System.nanoTime() - readAt;
    if (read == 0 || since > MOST_NANOS) {
      read = file();
      readAt = System.nanoTime();
      return read;
    }
    return read + since / 1_000_000;
  }

  private static long file() {
    try {
      String seconds = Files.readString(FILE).split(" ")[0];
      return new BigDecimal(seconds).movePointRight(3).longValue();
    } catch (IOException | NumberFormatException e) {
      return 0;
    }
  }
}
