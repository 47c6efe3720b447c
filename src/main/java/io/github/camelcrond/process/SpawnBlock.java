// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.process;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import io.github.camelcrond.config.RawText;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The arguments of a call of posix_spawn(3) in one block of native memory: space for the results,
 * two arrays of pointers, and the strings that they point to.
 */
final class SpawnBlock implements AutoCloseable {
  /** Larger than posix_spawn_file_actions_t on every 64-bit glibc (80 bytes). */
  private static final int ACTIONS_SIZE = 256;

  private static final int FDS = ACTIONS_SIZE;
  private static final int PID = FDS + 2 * Integer.BYTES;
  private static final int TEXTS = PID + 2 * Integer.BYTES;
  private static final String DEV_NULL = "/dev/null";

  private final long address;
  private final long argv;
  private final long environment;
  private final long directory;
  private final long devNull;
  private final long program;

  /** Allocates the block and writes the strings of {@code request}. */
  SpawnBlock(ProcessRequest request) {
    List<byte[]> texts = new ArrayList<>();
    request.argv().forEach(text -> texts.add(bytes(text)));
    for (Map.Entry<String, String> variable : request.environment().entrySet()) {
      texts.add(bytes(variable.getKey() + '=' + variable.getValue()));
    }
    texts.add(bytes(request.directory().toString()));
    texts.add(bytes(DEV_NULL));
    int arguments = request.argv().size();
    int variables = request.environment().size();
    // Each array ends with a null pointer.
    int at = TEXTS + (arguments + variables + 2) * Long.BYTES;
    int size = at + texts.stream().mapToInt(text -> text.length + 1).sum();
    address = Native.malloc(size);
    argv = address + TEXTS;
    environment = argv + (arguments + 1L) * Long.BYTES;
    program = address + at;
    ByteBuffer block = ByteBuffer.allocate(size).order(ByteOrder.nativeOrder());
    long start = 0;
    for (int i = 0; i < texts.size(); i++) {
      start = address + at;
      if (i < arguments + variables) {
        int slot = i < arguments ? i : i + 1;
        block.putLong(TEXTS + slot * Long.BYTES, start);
      }
      block.put(at, texts.get(i));
      at += texts.get(i).length + 1;
    }
    devNull = start;
    directory = devNull - texts.get(texts.size() - 2).length - 1;
    new Pointer(address).write(0, block.array(), 0, size);
  }

  /**
   * Starts the process.
   *
   * @param stdin -1 for /dev/null
   * @return 0, or an error number (errno(3))
   */
  int spawn(long attributes, int stdin, int stdout, int stderr) {
    LibC.posix_spawn_file_actions_init(address);
    try {
      if (stdin < 0) {
        LibC.posix_spawn_file_actions_addopen(address, 0, devNull, LibC.O_RDONLY, 0);
      } else {
        LibC.posix_spawn_file_actions_adddup2(address, stdin, 0);
      }
      LibC.posix_spawn_file_actions_adddup2(address, stdout, 1);
      LibC.posix_spawn_file_actions_adddup2(address, stderr, 2);
      LibC.posix_spawn_file_actions_addchdir_np(address, directory);
      // The JVM does not mark its sockets as close-on-exec.
      LibC.posix_spawn_file_actions_addclosefrom_np(address, 3);
      return LibC.posix_spawn(address + PID, program, address, attributes, argv, environment);
    } finally {
      LibC.posix_spawn_file_actions_destroy(address);
    }
  }

  /** The process id, after a successful {@link #spawn}. */
  int pid() {
    return LibC.peekInt(address + PID);
  }

  /** The address of space for the two descriptors of a pipe. */
  long fds() {
    return address + FDS;
  }

  @Override
  public void close() {
    Native.free(address);
  }

  private static byte[] bytes(String text) {
    return RawText.encode(text);
  }
}
