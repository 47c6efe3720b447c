// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.process;

import java.util.List;
import java.util.stream.Stream;

/**
 * The soft limit on open files. The daemon raises its own to the hard limit, as each run takes some
 * files; processes get the limit that the daemon was started with. As posix_spawn(3) cannot set
 * limits, that of the daemon is lowered while it starts a process. Other threads can still open
 * files meanwhile, as long as enough descriptors below the limit are free. Otherwise, a shell sets
 * the limit before it executes the program.
 */
final class OpenFilesLimit {
  /** The number of descriptors that other threads may open while a process is started. */
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

  /** Whether the limit can be lowered while descriptors up to {@code highest} are open. */
  boolean canLower(int highest) {
    return raised && highest < soft - Math.min(MARGIN, soft / 4);
  }

  /** {@code argv}, preceded by a shell that sets the limit if it cannot be lowered. */
  List<String> limiting(List<String> argv, int highest) {
    return !raised || canLower(highest)
        ? argv
        : Stream.concat(
                Stream.of("/bin/sh", "-c", "ulimit -S -n " + soft + "; exec \"$@\"", "sh"),
                argv.stream())
            .toList();
  }

  /** Lowers the limit until {@link #restore}; calls may overlap. */
  synchronized void lower() {
    if (lowered++ == 0) {
      LibC.limitOpenFiles(soft, hard);
    }
  }

  /** Ends one call of {@link #lower}; the last one raises the limit again. */
  synchronized void restore() {
    if (--lowered == 0) {
      LibC.limitOpenFiles(hard, hard);
    }
  }
}
