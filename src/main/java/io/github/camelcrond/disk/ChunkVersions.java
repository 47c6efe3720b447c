// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.h2.mvstore.DataUtils;

/**
 * The newest state in a file of MVStore. Such a file is a sequence of chunks, one for each commit,
 * in blocks of 4 KB. If MVStore cannot use the last chunks, it silently opens an older state.
 *
 * @param complete version of the newest chunk that has its end; 0 if there is none
 * @param begun version of the newest chunk that has its beginning; 0 if there is none
 */
record ChunkVersions(long complete, long begun) {
  private static final int BLOCK = 4096;
  private static final int FOOTER = 128;
  private static final int HEADER = 512;
  private static final int HEX = 16;
  private static final Pattern BEGINNING =
      Pattern.compile("chunk:[0-9a-f]+,.*?,version:([0-9a-f]{1,15})\\b");
  private static final Pattern END =
      Pattern.compile("(chunk:.*?version:([0-9a-f]{1,15})\\b.*?),fletcher:([0-9a-f]{1,8})\\b");

  static ChunkVersions of(Path file) throws IOException {
    long complete = 0;
    long begun = 0;
    try (FileChannel channel = FileChannel.open(file)) {
      // The first two blocks are the header of the file.
      for (long at = 2 * BLOCK; at + BLOCK <= channel.size(); at += BLOCK) {
        Matcher beginning = BEGINNING.matcher(text(channel, at, HEADER));
        if (beginning.lookingAt()) {
          begun = Math.max(begun, Long.parseLong(beginning.group(1), HEX));
        }
        Matcher end = END.matcher(text(channel, at + BLOCK - FOOTER, FOOTER));
        if (end.lookingAt() && Long.parseLong(end.group(3), HEX) == checksum(end.group(1))) {
          complete = Math.max(complete, Long.parseLong(end.group(2), HEX));
        }
      }
    }
    return new ChunkVersions(complete, begun);
  }

  private static long checksum(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    return Integer.toUnsignedLong(DataUtils.getFletcher32(bytes, 0, bytes.length));
  }

  private static String text(FileChannel channel, long at, int count) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(count);
    channel.read(bytes, at);
    return new String(bytes.array(), StandardCharsets.ISO_8859_1);
  }
}
