// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.disk;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Files in memory that fail as asked: writes that are cut off, a disk that is full, operations that
 * fail or take long, and the end of the process in the middle of a write.
 */
final class FaultyFiles implements FileLayer {
  /** The process is killed; nothing that was in memory survives. */
  static final class Killed extends Error {
    private static final long serialVersionUID = 1L;
  }

  private final Random random;
  private final Map<Path, byte[]> contents = new LinkedHashMap<>();

  /** Of a hundred operations so many fail. */
  int failures;

  /** Of a hundred writes so many are the last act of the process. */
  int kills;

  /** Bytes that fit on the disk. */
  long capacity = Long.MAX_VALUE;

  /** The longest delay of an operation. */
  int delayMicros;

  FaultyFiles(Random random) {
    this.random = random;
  }

  /** Changes one bit somewhere; false if there is none. */
  synchronized boolean flipABit() {
    List<Path> written =
        contents.entrySet().stream()
            .filter(file -> file.getValue().length > 0)
            .map(Map.Entry::getKey)
            .toList();
    if (written.isEmpty()) {
      return false;
    }
    byte[] bytes = contents.get(written.get(random.nextInt(written.size())));
    bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
    return true;
  }

  synchronized List<Path> paths() {
    return List.copyOf(contents.keySet());
  }

  synchronized long bytes() {
    return contents.values().stream().mapToLong(bytes -> bytes.length).sum();
  }

  private void mayFail() throws IOException {
    if (delayMicros > 0) {
      long end = System.nanoTime() + random.nextInt(delayMicros) * 1_000L;
      while (System.nanoTime() < end) {
        Thread.onSpinWait();
      }
    }
    if (random.nextInt(100) < failures) {
      throw new IOException("Input/output error");
    }
  }

  @Override
  public synchronized OpenFile open(Path path) throws IOException {
    mayFail();
    contents.putIfAbsent(path, new byte[0]);
    return new Handle(path);
  }

  @Override
  public synchronized void delete(Path path) throws IOException {
    mayFail();
    contents.remove(path);
  }

  @Override
  public synchronized List<Path> list(Path folder, String prefix) throws IOException {
    mayFail();
    return contents.keySet().stream()
        .filter(path -> path.getFileName().toString().startsWith(prefix))
        .toList();
  }

  private final class Handle implements OpenFile {
    private final Path path;

    Handle(Path path) {
      this.path = path;
    }

    private byte[] content() throws IOException {
      byte[] bytes = contents.get(path);
      if (bytes == null) {
        throw new IOException("Stale file handle");
      }
      return bytes;
    }

    @Override
    public int read(long position, byte[] bytes, int offset, int length) throws IOException {
      synchronized (FaultyFiles.this) {
        mayFail();
        int count = (int) Math.max(0, Math.min(length, content().length - position));
        System.arraycopy(content(), (int) position, bytes, offset, count);
        return count;
      }
    }

    @Override
    public void write(long position, byte[] bytes, int offset, int length) throws IOException {
      synchronized (FaultyFiles.this) {
        boolean killed = random.nextInt(100) < kills;
        boolean fails = random.nextInt(100) < failures;
        int room = (int) Math.min(length, capacity - (bytes() - content().length) - position);
        int done = Math.max(0, killed || fails ? random.nextInt(length + 1) : room);
        int at = (int) position;
        byte[] changed = Arrays.copyOf(content(), Math.max(content().length, at + done));
        System.arraycopy(bytes, offset, changed, at, done);
        contents.put(path, changed);
        if (killed) {
          throw new Killed();
        }
        if (fails || done < length) {
          throw new IOException(fails ? "Input/output error" : "No space left on device");
        }
        mayFail();
      }
    }

    @Override
    public long size() throws IOException {
      synchronized (FaultyFiles.this) {
        return content().length;
      }
    }

    @Override
    public void truncate(long size) throws IOException {
      synchronized (FaultyFiles.this) {
        mayFail();
        contents.put(path, Arrays.copyOf(content(), (int) Math.min(size, content().length)));
      }
    }

    @Override
    public void close() {}
  }
}
