// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.process;

import java.io.IOException;

/** Tells why a process could not be started. */
public final class LaunchException extends IOException {

  /** Why a process could not be started. */
  public enum Reason {
    /** The program, or the interpreter that its first line names, is not there. */
    NO_PROGRAM(false),
    /** The program may not be run, or is not a program. */
    NO_PERMISSION(false),
    /** The working folder is not there or may not be entered. */
    NO_DIRECTORY(false),
    /** Arguments and environment together, or one of them, are longer than the system takes. */
    TOO_LONG(false),
    /** The system gives no further process. */
    NO_PROCESSES(true),
    /** The daemon or the system has too many files open. */
    NO_FILES(true),
    /** The system has no memory left for it. */
    NO_MEMORY(true),
    /** The daemon stops. */
    STOPPED(false),
    /** Anything else; the message has the system's error number. */
    OTHER(false);

    private final boolean passes;

    Reason(boolean passes) {
      this.passes = passes;
    }
  }

  private final Reason reason;

  /**
   * Creates one.
   *
   * @param message what failed and why; lower case, no full stop
   */
  public LaunchException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  /** Why. */
  public Reason reason() {
    return reason;
  }

  /** Whether the same start may work a little later, so that it is worth waiting for. */
  public boolean transientFailure() {
    return reason.passes;
  }
}
