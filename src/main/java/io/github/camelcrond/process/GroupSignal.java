// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.process;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;

/** Sends signals to process groups through a shell, as the JDK can only signal single processes. */
final class GroupSignal {
  private GroupSignal() {}

  /**
   * Sends a signal to the process group of {@code leader}.
   *
   * @param signal name without {@code SIG}; {@code 0} only checks whether the group exists
   * @return whether the group has a process that received it
   */
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
