// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.process;

import com.sun.jna.Native;
import com.sun.jna.Pointer;

/** Opens the pipes and the standard input of processes, within the {@link FileReserve}. */
final class Descriptors {
  private static final int ANYBODY_MAY_READ_AND_WRITE = 0666;
  private static final int MFD_CLOEXEC = 1;

  private final long limit = LibC.openFilesLimit();
  private final boolean root = LibC.geteuid() == 0;
  private volatile int highest;

  /** The two ends of a pipe. */
  record Pair(int readEnd, int writeEnd) {
    void close() {
      LibC.close(readEnd);
      LibC.close(writeEnd);
    }
  }

  /**
   * Opens a pipe.
   *
   * @param fds address of space for two descriptors
   * @throws LaunchException if only reserved descriptors are left
   */
  Pair pipe(long fds) throws LaunchException {
    if (LibC.pipe2(fds, LibC.O_CLOEXEC) != 0) {
      throw Errno.resource(Native.getLastError(), "open a pipe");
    }
    Pair pipe = new Pair(LibC.peekInt(fds), LibC.peekInt(fds + Integer.BYTES));
    highest = pipe.writeEnd;
    if (pipe.writeEnd >= limit - FileReserve.of(limit)) {
      pipe.close();
      throw FileReserve.exhausted(limit);
    }
    if (root) {
      // Lets a job of another user open /dev/stdout. Other processes cannot reach the pipe.
      LibC.fchmod(pipe.writeEnd, ANYBODY_MAY_READ_AND_WRITE);
    }
    return pipe;
  }

  /**
   * Creates a file in memory with {@code content} and returns its descriptor. Unlike a pipe, it
   * never blocks the writer, whether or not the process reads it.
   */
  int memoryFile(byte[] content) throws LaunchException {
    long copy = Native.malloc(content.length + 1L);
    try {
      Pointer pointer = new Pointer(copy);
      pointer.setByte(0, (byte) 0);
      int fd = LibC.memfd_create(copy, MFD_CLOEXEC);
      if (fd < 0) {
        throw Errno.resource(Native.getLastError(), "open standard input");
      }
      pointer.write(0, content, 0, content.length);
      for (int done = 0; done < content.length; ) {
        long written = LibC.pwrite(fd, copy + done, content.length - done, done);
        if (written <= 0) {
          LaunchException failed = Errno.resource(Native.getLastError(), "write standard input");
          LibC.close(fd);
          throw failed;
        }
        done += (int) written;
      }
      return fd;
    } finally {
      Native.free(copy);
    }
  }

  /**
   * The last descriptor opened here; about the highest in use, as the kernel assigns the lowest
   * free one.
   */
  int highest() {
    return highest;
  }
}
