// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.run;

/**
 * When processes started, by the clock of {@code /proc/PID/stat}, which begins with the boot of the
 * machine and follows no change of its time.
 */
final class StartClock {
  private static final long MOST_NANOS = 1_000_000_000;

  private long last;
  private long lastAt;

  /**
   * Milliseconds from the boot to the start of {@code pid}, which has just been started; 0 if they
   * cannot be determined. A process is looked up once a second at most, as runs may start in
   * bursts: those after it started as much later as they are asked for later.
   */
  synchronized long started(long pid) {
    long now = System.nanoTime();
    if (last == 0 || now - lastAt > MOST_NANOS) {
      last = ProcessGroups.started(pid);
      lastAt = now;
    }
    return last == 0 ? 0 : last + (now - lastAt) / 1_000_000;
  }
}
