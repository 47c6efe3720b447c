// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.process;

import com.sun.management.UnixOperatingSystemMXBean;
import io.github.camelcrond.process.LaunchException.Reason;
import java.lang.management.ManagementFactory;

/**
 * Keeps some open files back for the rest of the daemon: its log, store and connections must go on
 * when processes use up all others.
 */
final class FileReserve {
  /** How many are kept back. */
  static final int SIZE = 64;

  private static final int FILES_PER_PROCESS = 3;

  private final UnixOperatingSystemMXBean system =
      ManagementFactory.getPlatformMXBean(UnixOperatingSystemMXBean.class);

  /** Refuses a further process while {@code running} others leave too few files. */
  void check(int running) throws LaunchException {
    long limit = system.getMaxFileDescriptorCount();
    // Counting walks all open files, so it is left out while it cannot matter.
    if ((long) running * FILES_PER_PROCESS < limit / 4) {
      return;
    }
    if (system.getOpenFileDescriptorCount() + FILES_PER_PROCESS > limit - SIZE) {
      throw exhausted();
    }
  }

  /** What is thrown when only the reserve is left. */
  static LaunchException exhausted() {
    return new LaunchException(
        Reason.NO_FILES,
        "cannot open a pipe: too many open files, the last " + SIZE + " are kept back");
  }
}
