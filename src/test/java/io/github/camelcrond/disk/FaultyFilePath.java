// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import org.h2.store.fs.FileBase;
import org.h2.store.fs.FilePath;
import org.h2.store.fs.FilePathWrapper;

/** A file system of H2 that fails when a test wants it to; one fault at a time. */
public final class FaultyFilePath extends FilePathWrapper {
  /** What paths begin with to go through here. */
  static final String SCHEME = "faulty:";

  /** What goes wrong. */
  enum Fault {
    NONE,
    /** A write fails and leaves nothing. */
    WRITE_FAILS,
    /** A write fails half way. */
    WRITE_TEARS,
    /** From now on each write that makes the file longer fails half way. */
    DISK_FULL,
    READ_FAILS,
    NO_DESCRIPTORS,
    NO_MEMORY
  }

  private static Fault fault = Fault.NONE;
  private static int after;

  static {
    FilePath.register(new FaultyFilePath());
  }

  /** Lets {@code next} happen once, or from then on, after so many operations of its kind. */
  static synchronized void plan(Fault next, int operations) {
    fault = next;
    after = operations;
  }

  private static synchronized boolean due(Fault asked) {
    if (fault != asked || --after >= 0) {
      return false;
    }
    if (asked != Fault.DISK_FULL) {
      fault = Fault.NONE;
    }
    return true;
  }

  @Override
  public String getScheme() {
    return SCHEME.substring(0, SCHEME.length() - 1);
  }

  @Override
  public FileChannel open(String mode) throws IOException {
    if (due(Fault.NO_DESCRIPTORS)) {
      throw new IOException("Too many open files");
    }
    return new Channel(super.open(mode));
  }

  private static final class Channel extends FileBase {
    private final FileChannel file;

    Channel(FileChannel file) {
      this.file = file;
    }

    @Override
    public int read(ByteBuffer to) throws IOException {
      return read(to, position());
    }

    @Override
    public int read(ByteBuffer to, long position) throws IOException {
      if (due(Fault.READ_FAILS)) {
        throw new IOException("Input/output error");
      }
      return file.read(to, position);
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
      return write(from, position());
    }

    @Override
    public int write(ByteBuffer from, long position) throws IOException {
      if (due(Fault.NO_MEMORY)) {
        throw new OutOfMemoryError("Java heap space");
      }
      if (due(Fault.WRITE_FAILS)) {
        throw new IOException("Input/output error");
      }
      boolean full = position + from.remaining() > file.size() && due(Fault.DISK_FULL);
      if (full || due(Fault.WRITE_TEARS)) {
        from.limit(from.position() + from.remaining() / 2);
        file.write(from, position);
        throw new IOException(full ? "No space left on device" : "Input/output error");
      }
      return file.write(from, position);
    }

    @Override
    public long position() throws IOException {
      return file.position();
    }

    @Override
    public FileChannel position(long position) throws IOException {
      file.position(position);
      return this;
    }

    @Override
    public long size() throws IOException {
      return file.size();
    }

    @Override
    public FileChannel truncate(long size) throws IOException {
      file.truncate(size);
      return this;
    }

    @Override
    public void force(boolean metadata) throws IOException {
      file.force(metadata);
    }

    @Override
    public FileLock tryLock(long position, long size, boolean shared) throws IOException {
      return file.tryLock(position, size, shared);
    }

    @Override
    protected void implCloseChannel() throws IOException {
      file.close();
    }
  }
}
