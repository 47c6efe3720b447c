// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.process;

import io.github.camelcrond.process.LaunchException.Reason;
import java.nio.file.Files;
import java.nio.file.Path;

/** Linux error numbers, errno(3), and the exceptions that they lead to. */
final class Errno {
  static final int ENOENT = 2;
  static final int ESRCH = 3;
  static final int EINTR = 4;
  static final int E2BIG = 7;
  static final int ENOEXEC = 8;
  static final int ECHILD = 10;
  static final int EAGAIN = 11;
  static final int ENOMEM = 12;
  static final int EACCES = 13;
  static final int ENOTDIR = 20;
  static final int ENFILE = 23;
  static final int EMFILE = 24;
  static final int ENOSPC = 28;
  static final int ELOOP = 40;
  static final int ENAMETOOLONG = 36;

  private Errno() {}

  /** The exception for a failed start of {@code request} with error {@code errno}. */
  static LaunchException launch(int errno, ProcessRequest request) {
    return switch (errno) {
      case ENOENT, ENOTDIR, EACCES, ELOOP, ENAMETOOLONG -> path(errno, request);
      case ENOEXEC ->
          new LaunchException(
              Reason.NO_PERMISSION,
              request.program()
                  + " is not executable, use a binary or a script that begins with #!");
      case E2BIG ->
          new LaunchException(
              Reason.TOO_LONG,
              "arguments and environment exceed the limit of execve(2), shorten them");
      default -> resource(errno, "start " + request.program());
    };
  }

  /**
   * The exception for error {@code errno} of a call that involves no path.
   *
   * @param what the attempted action, such as {@code open a pipe}
   */
  static LaunchException resource(int errno, String what) {
    String cannot = "cannot " + what + ": ";
    return switch (errno) {
      case EAGAIN -> new LaunchException(Reason.NO_PROCESSES, cannot + "out of processes");
      case EMFILE -> new LaunchException(Reason.NO_FILES, cannot + "too many open files");
      case ENFILE ->
          new LaunchException(Reason.NO_FILES, cannot + "too many open files in the system");
      case ENOMEM, ENOSPC -> new LaunchException(Reason.NO_MEMORY, cannot + "out of memory");
      default -> new LaunchException(Reason.OTHER, cannot + "system error " + errno);
    };
  }

  /**
   * Determines whether the directory or the program caused the error, as the number is the same.
   */
  private static LaunchException path(int errno, ProcessRequest request) {
    Path directory = request.directory();
    if (!Files.isDirectory(directory)) {
      return new LaunchException(Reason.NO_DIRECTORY, directory + " is not a directory");
    }
    if (!Files.isExecutable(directory)) {
      return new LaunchException(
          Reason.NO_DIRECTORY, directory + " is not accessible: permission denied");
    }
    if (errno == EACCES) {
      return new LaunchException(
          Reason.NO_PERMISSION, request.program() + " is not executable: permission denied");
    }
    return new LaunchException(
        Reason.NO_PROGRAM, request.program() + " or its interpreter does not exist");
  }
}
