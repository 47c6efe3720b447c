// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.process;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;
import com.sun.jna.Pointer;

/**
 * The functions of the C library that start and end processes, for 64-bit Linux; addresses are
 * longs. Loading this class fails with an {@link UnsatisfiedLinkError} if the C library lacks one
 * of them, as musl and glibc before 2.34 do. After a failed call, {@link Native#getLastError}
 * returns the error number.
 */
final class LibC {
  static final int O_RDONLY = 0;
  static final int O_CLOEXEC = 0x80000;
  static final int O_NONBLOCK = 0x800;
  static final int SIGKILL = 9;
  static final int SIGTERM = 15;
  static final int WNOHANG = 1;

  private static final int SIGCHLD = 17;
  private static final long SIG_DFL = 0;
  private static final long SYS_PIDFD_OPEN = 434;
  private static final int RLIMIT_NOFILE = 7;

  static {
    if (!Platform.isLinux() || !(Platform.isIntel() || Platform.isARM()) || !Platform.is64Bit()) {
      throw new UnsatisfiedLinkError("posix_spawn is supported only on 64-bit Linux (x86 and ARM)");
    }
    // Otherwise JNA would run ldconfig to find libraries; this one is loaded already.
    System.getProperties().putIfAbsent("jna.platform.library.path", "/lib");
    Native.register(LibC.class, NativeLibrary.getProcess());
    // If a parent has set SIGCHLD to be ignored, the system discards exit codes.
    signal(SIGCHLD, SIG_DFL);
  }

  private LibC() {}

  static native int posix_spawn(
      long pid, long path, long actions, long attributes, long argv, long environment);

  static native int posix_spawnattr_init(long attributes);

  static native int posix_spawnattr_setflags(long attributes, short flags);

  static native int posix_spawnattr_setsigdefault(long attributes, long signals);

  static native int posix_spawnattr_setsigmask(long attributes, long signals);

  static native int posix_spawn_file_actions_init(long actions);

  static native int posix_spawn_file_actions_destroy(long actions);

  static native int posix_spawn_file_actions_addopen(
      long actions, int fd, long path, int flags, int mode);

  static native int posix_spawn_file_actions_adddup2(long actions, int from, int to);

  static native int posix_spawn_file_actions_addchdir_np(long actions, long path);

  static native int posix_spawn_file_actions_addclosefrom_np(long actions, int from);

  static native int sigemptyset(long signals);

  static native int sigfillset(long signals);

  static native int pipe2(long fds, int flags);

  static native int memfd_create(long name, int flags);

  static native int fchmod(int fd, int mode);

  static native int close(int fd);

  static native long read(int fd, long buffer, long size);

  static native long pwrite(int fd, long buffer, long size, long offset);

  static native int eventfd(int initial, int flags);

  static native int eventfd_write(int fd, long value);

  static native int eventfd_read(int fd, long value);

  static native int epoll_create1(int flags);

  static native int epoll_ctl(int epoll, int operation, int fd, long event);

  static native int epoll_wait(int epoll, long events, int max, int milliseconds);

  static native int waitpid(int pid, long status, int options);

  static native int waitid(int type, int id, long info, int options);

  static native int kill(int pid, int signal);

  static native int geteuid();

  private static native int getrlimit(int resource, long limits);

  private static native int setrlimit(int resource, long limits);

  private static native long syscall(long number, long first, long second);

  private static native long signal(int signal, long action);

  /** A file descriptor that becomes readable when the process ends; -1 if the kernel has none. */
  static int pidfdOpen(int pid) {
    return (int) syscall(SYS_PIDFD_OPEN, pid, 0);
  }

  /** The soft limit on the number of open files of this process. */
  static long openFilesLimit() {
    return openFilesLimits()[0];
  }

  /** The soft and the hard limit on open files; {@link Long#MAX_VALUE} for no limit. */
  static long[] openFilesLimits() {
    long limits = Native.malloc(2 * Long.BYTES);
    try {
      return getrlimit(RLIMIT_NOFILE, limits) == 0
          ? new long[] {peekLong(limits), peekLong(limits + Long.BYTES)}
          : new long[] {Long.MAX_VALUE, Long.MAX_VALUE};
    } finally {
      Native.free(limits);
    }
  }

  /** Sets both limits on open files; returns whether that succeeded. */
  static boolean limitOpenFiles(long soft, long hard) {
    long limits = Native.malloc(2 * Long.BYTES);
    try {
      Pointer pointer = new Pointer(limits);
      pointer.setLong(0, soft);
      pointer.setLong(Long.BYTES, hard == Long.MAX_VALUE ? -1 : hard);
      return setrlimit(RLIMIT_NOFILE, limits) == 0;
    } finally {
      Native.free(limits);
    }
  }

  static int peekInt(long address) {
    return new Pointer(address).getInt(0);
  }

  static long peekLong(long address) {
    long value = new Pointer(address).getLong(0);
    return value < 0 ? Long.MAX_VALUE : value;
  }
}
