// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.process;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;

/** Sends a signal to a process group by the shell: the JDK can reach single processes only. */
final class GroupSignal {
  private GroupSignal() {}

  /** True if the group has a member that got the signal. */
  static boolean send(String signal, long leader) {
    try {
      Process shell =
          new ProcessBuilder("/bin/sh", "-c", "kill -s " + signal + " -- -" + leader)
              .redirectInput(Redirect.from(new java.io.File("/dev/null")))
              .redirectOutput(Redirect.DISCARD)
              .redirectError(Redirect.DISCARD)
              .start();
      return shell.waitFor() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
