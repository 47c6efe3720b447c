// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.process;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** Starts more processes than its limits allow at once, as a daemon does: refused ones wait. */
final class ScarceFiles {
  private ScarceFiles() {}

  /** Takes the launcher, how many processes, and the shell command. Prints what became of them. */
  public static void main(String[] args) throws Exception {
    Launchers choice = Launchers.valueOf(args[0]);
    int count = Integer.parseInt(args[1]);
    BlockingQueue<ExitStatus> ends = new LinkedBlockingQueue<>();
    int ended = 0;
    int succeeded = 0;
    int refused = 0;
    try (ProcessLauncher launcher = choice.open()) {
      int started = 0;
      while (ended < count) {
        if (started < count) {
          try {
            launcher
                .start(Shell.request(args[2]), OutputSink.NONE)
                .ended()
                .whenComplete((status, lost) -> ends.add(status));
            started++;
            continue;
          } catch (LaunchException e) {
            if (!e.transientFailure()) {
              throw e;
            }
            refused++;
          }
        }
        succeeded += ends.take().success() ? 1 : 0;
        ended++;
      }
    }
    System.out.println("succeeded=" + succeeded + " refused=" + (refused > 0 ? "some" : "none"));
  }
}
