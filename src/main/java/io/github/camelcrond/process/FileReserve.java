// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.process;

import com.sun.management.UnixOperatingSystemMXBean;
import io.github.camelcrond.process.LaunchException.Reason;
import java.lang.management.ManagementFactory;

/**
 * Reserves some open files for the rest of the daemon: its log, store and connections must go on
 * when processes use up all others.
 */
final class FileReserve {
  /** What an idle daemon has open, 30 to 40, and a few processes. */
  private static final int LEAST = 48;

  private static final int MOST = 64;
  private static final int SHARE_OF_LIMIT = 8;
  private static final int FILES_PER_PROCESS = 3;

  private final UnixOperatingSystemMXBean system =
      ManagementFactory.getPlatformMXBean(UnixOperatingSystemMXBean.class);

  /**
   * Returns if the limit on open files leaves enough for processes.
   *
   * @throws LaunchException if it does not; the message names the limit
   */
  static void checkLimit(long limit) throws LaunchException {
    if (limit < LEAST) {
      throw new LaunchException(
          Reason.NO_FILES,
          "the limit of open files is "
              + limit
              + " (ulimit -n), raise it to "
              + LEAST
              + " or"
              + " more");
    }
  }

  /** The same with the limit of this process. */
  void checkLimit() throws LaunchException {
    checkLimit(system.getMaxFileDescriptorCount());
  }

  /** How many of {@code limit} open files are reserved. */
  static int of(long limit) {
    return (int) Math.min(MOST, limit / SHARE_OF_LIMIT);
  }

  /** Refuses a further process while {@code running} others leave too few files. */
  void check(int running) throws LaunchException {
    long limit = system.getMaxFileDescriptorCount();
    // Counting lists all open files, so it is skipped while there are few processes.
    if ((long) running * FILES_PER_PROCESS < limit / 4) {
      return;
    }
    if (system.getOpenFileDescriptorCount() + FILES_PER_PROCESS > limit - of(limit)) {
      throw exhausted(limit);
    }
  }

  /** What is thrown when only the reserve is left. */
  static LaunchException exhausted(long limit) {
    return new LaunchException(
        Reason.NO_FILES,
        "cannot open a pipe: too many open files, the last "
            + of(limit)
            + " of "
            + limit
            + " (ulimit -n) are reserved");
  }
}
