// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.disk;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;

/** The real files. Unlike a channel, a random access file is not closed by an interrupt. */
final class LocalFiles implements FileLayer {

  @Override
  public OpenFile open(Path file) throws IOException {
    try {
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    } catch (FileAlreadyExistsException e) {
      // opened below
    }
    return new LocalFile(new RandomAccessFile(file.toFile(), "rw"));
  }

  @Override
  public void delete(Path file) throws IOException {
    Files.deleteIfExists(file);
  }

  @Override
  public List<Path> list(Path folder, String prefix) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.getFileName().toString().startsWith(prefix)).toList();
    }
  }

  private record LocalFile(RandomAccessFile file) implements OpenFile {

    @Override
    public int read(long position, byte[] bytes, int offset, int length) throws IOException {
      file.seek(position);
      int done = 0;
      while (done < length) {
        int count = file.read(bytes, offset + done, length - done);
        if (count < 0) {
          break;
        }
        done += count;
      }
      return done;
    }

    @Override
    public void write(long position, byte[] bytes, int offset, int length) throws IOException {
      file.seek(position);
      file.write(bytes, offset, length);
    }

    @Override
    public long size() throws IOException {
      return file.length();
    }

    @Override
    public void truncate(long size) throws IOException {
      file.setLength(size);
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }
}
