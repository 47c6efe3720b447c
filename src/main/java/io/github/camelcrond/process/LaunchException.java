// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.process;

import java.io.IOException;

/** Thrown when a process could not be started. */
public final class LaunchException extends IOException {

  /** Why a process could not be started. */
  public enum Reason {
    /** The program, or the interpreter that its first line names, does not exist. */
    NO_PROGRAM(false),
    /** The program is not executable. */
    NO_PERMISSION(false),
    /** The working directory does not exist or is not accessible. */
    NO_DIRECTORY(false),
    /** Arguments and environment exceed the limit of the system. */
    TOO_LONG(false),
    /** The system permits no more processes. */
    NO_PROCESSES(true),
    /** The daemon or the system has too many files open. */
    NO_FILES(true),
    /** The system is out of memory. */
    NO_MEMORY(true),
    /** The daemon is stopping. */
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
   * Creates an exception.
   *
   * @param message what failed and why; lower case, no full stop
   */
  public LaunchException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  /** The kind of failure. */
  public Reason reason() {
    return reason;
  }

  /** Whether the failure is temporary, so that the start should be retried. */
  public boolean transientFailure() {
    return reason.passes;
  }
}
