// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.process;

import java.util.List;
import java.util.stream.Stream;

/**
 * The soft limit on open files. The daemon raises its own to the hard limit, as each run takes
 * some; processes get the limit that the daemon was started with. posix_spawn(3) cannot set a
 * limit, so the daemon's is lowered while it starts a process: that keeps nobody from opening a
 * file as long as descriptors that are free have lower numbers. Where there are too few of these, a
 * shell sets the limit in front of the program.
 */
final class OpenFilesLimit {
  /** Descriptors that other threads may open while a process is started. */
  private static final long MARGIN = 256;

  private final long soft;
  private final long hard;
  private final boolean raised;
  private int lowered;

  /** Raises the limit of this process, once. */
  OpenFilesLimit() {
    long[] limits = LibC.openFilesLimits();
    soft = limits[0];
    hard = limits[1];
    raised = soft < hard && LibC.limitOpenFiles(hard, hard);
  }

  /**
   * Whether processes can be started with the limit lowered while descriptors up to {@code highest}
   * are open.
   */
  boolean canLower(int highest) {
    return raised && highest < soft - Math.min(MARGIN, soft / 4);
  }

  /** {@code argv} with a shell in front that sets the limit, if it cannot be lowered. */
  List<String> limiting(List<String> argv, int highest) {
    return !raised || canLower(highest)
        ? argv
        : Stream.concat(
                Stream.of("/bin/sh", "-c", "ulimit -S -n " + soft + "; exec \"$@\"", "sh"),
                argv.stream())
            .toList();
  }

  /** Lowers the limit until {@link #restore}, for any number of callers at once. */
  synchronized void lower() {
    if (lowered++ == 0) {
      LibC.limitOpenFiles(soft, hard);
    }
  }

  /** Ends {@link #lower} for one caller. */
  synchronized void restore() {
    if (--lowered == 0) {
      LibC.limitOpenFiles(hard, hard);
    }
  }
}
