// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.process;

/**
 * How a process ended.
 *
 * @param code the exit code, 0 to 255; 128 plus the signal if a signal ended the process, as in a
 *     shell
 * @param signal the number of the signal that ended the process; 0 if it exited
 * @param outputOpen whether another process, such as one in the background, still holds its output
 *     open
 */
public record ExitStatus(int code, int signal, boolean outputOpen) {

  private static final int SIGNALLED = 128;
  private static final int LAST_SIGNAL = 64;

  /** Converts a status from {@code waitpid(2)}. */
  static ExitStatus ofWait(int status, boolean outputOpen) {
    int signal = status & 0x7f;
    int code = signal == 0 ? (status >> 8) & 0xff : SIGNALLED + signal;
    return new ExitStatus(code, signal, outputOpen);
  }

  /**
   * Converts an exit code in which a signal appears as 128 plus its number, the only form that the
   * JDK provides.
   */
  static ExitStatus ofShell(int code) {
    boolean signalled = code > SIGNALLED && code <= SIGNALLED + LAST_SIGNAL;
    return new ExitStatus(code, signalled ? code - SIGNALLED : 0, false);
  }

  /** Whether the process exited with code 0. */
  public boolean success() {
    return code == 0;
  }

  /** As shown to users: {@code exit code 3} or {@code signal 9}. */
  @Override
  public String toString() {
    return signal == 0 ? "exit code " + code : "signal " + signal;
  }
}
