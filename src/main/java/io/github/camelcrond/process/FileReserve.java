// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.process;

import com.sun.management.UnixOperatingSystemMXBean;
import io.github.camelcrond.process.LaunchException.Reason;
import java.lang.management.ManagementFactory;

/**
 * Reserves some open files for the rest of the daemon: its log, store and connections must keep
 * working when processes use up all others.
 */
final class FileReserve {
  /** Enough for an idle daemon, which has 30 to 40 files open, and a few processes. */
  private static final int LEAST = 48;

  private static final int MOST = 64;
  private static final int SHARE_OF_LIMIT = 8;
  private static final int FILES_PER_PROCESS = 3;

  private final UnixOperatingSystemMXBean system =
      ManagementFactory.getPlatformMXBean(UnixOperatingSystemMXBean.class);

  /**
   * Checks that a limit on open files leaves enough for processes.
   *
   * @throws LaunchException if it does not; the message names the limit
   */
  static void checkLimit(long limit) throws LaunchException {
    if (limit < LEAST) {
      throw new LaunchException(
          Reason.NO_FILES,
          String.format(
              "the limit of open files is %d (ulimit -n), raise it to %d or more", limit, LEAST));
    }
  }

  /** Checks the limit of this process, as {@link #checkLimit(long)} does. */
  void checkLimit() throws LaunchException {
    checkLimit(system.getMaxFileDescriptorCount());
  }

  /** The number of reserved files if {@code limit} files may be open. */
  static int of(long limit) {
    return (int) Math.min(MOST, limit / SHARE_OF_LIMIT);
  }

  /**
   * Checks that there are enough files for another process.
   *
   * @param running number of running processes
   * @throws LaunchException if only the reserve is left
   */
  void check(int running) throws LaunchException {
    long limit = system.getMaxFileDescriptorCount();
    // Counting them reads a directory, so it is skipped while there are few processes.
    if ((long) running * FILES_PER_PROCESS < limit / 4) {
      return;
    }
    if (system.getOpenFileDescriptorCount() + FILES_PER_PROCESS > limit - of(limit)) {
      throw exhausted(limit);
    }
  }

  /** The exception for a start when only the reserve is left. */
  static LaunchException exhausted(long limit) {
    return new LaunchException(
        Reason.NO_FILES,
        String.format(
            "cannot open a pipe: too many open files, the last %d of %d (ulimit -n) are reserved",
            of(limit), limit));
  }
}
