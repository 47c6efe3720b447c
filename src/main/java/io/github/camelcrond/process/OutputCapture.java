// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.process;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Holds what a process printed on both streams, in the order of its arrival. Of long output it
 * holds the first and the last half of its limit. Memory is taken as output comes: a process that
 * prints nothing costs nothing.
 */
public final class OutputCapture implements OutputSink {
  private static final byte[] NOTHING = {};

  private final int headLimit;
  private final int tailLimit;
  private byte[] head = NOTHING;
  private int headLength;
  private byte[] tail = NOTHING;
  private long tailLength;

  /**
   * Creates one.
   *
   * @param limit bytes held at most, 0 or more; the mark for what is left out comes on top
   */
  public OutputCapture(int limit) {
    if (limit < 0) {
      throw new IllegalArgumentException("output limit " + limit + " is negative, use 0 or more");
    }
    headLimit = limit / 2;
    tailLimit = limit - headLimit;
  }

  /** What stands for {@code omitted} bytes that are left out: a line of its own. */
  public static String mark(long omitted) {
    return "\n[… " + omitted + " bytes omitted …]\n";
  }

  @Override
  public synchronized void write(StandardStream stream, byte[] bytes, int offset, int length) {
    int first = Math.min(length, headLimit - headLength);
    if (first > 0) {
      head = grown(head, headLength, headLength + first, headLimit);
      System.arraycopy(bytes, offset, head, headLength, first);
      headLength += first;
    }
    writeTail(bytes, offset + first, length - first);
  }

  @Override
  public void end() {}

  /** Whether some of the output is left out. */
  public synchronized boolean truncated() {
    return tailLength > tailLimit;
  }

  /** How many bytes were printed, held or not. */
  public synchronized long total() {
    return headLength + tailLength;
  }

  /**
   * What is held, with a mark {@code [… N bytes omitted …]} on a line of its own where something is
   * left out. No character of UTF-8 is cut in two there.
   */
  public synchronized byte[] bytes() {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    if (!truncated()) {
      all.write(head, 0, headLength);
      all.write(tail, 0, (int) tailLength);
      return all.toByteArray();
    }
    byte[] last = lastBytes();
    int until = Utf8.wholeCharacters(head, headLength);
    int from = 0;
    while (from < Math.min(3, last.length) && Utf8.continues(last[from])) {
      from++;
    }
    long omitted = total() - until - (last.length - from);
    all.write(head, 0, until);
    all.writeBytes(mark(omitted).getBytes(StandardCharsets.UTF_8));
    all.write(last, from, last.length - from);
    return all.toByteArray();
  }

  /**
   * Some of the output.
   *
   * @param next bytes printed up to its end
   */
  public record Part(byte[] bytes, long next) {}

  /**
   * What was printed after the first {@code offset} bytes, as far as it is held, up to the last
   * whole character of UTF-8.
   */
  public synchronized Part since(long offset) {
    if (offset >= total()) {
      return new Part(NOTHING, total());
    }
    ByteArrayOutputStream part = new ByteArrayOutputStream();
    if (offset < headLength) {
      part.write(head, (int) offset, headLength - (int) offset);
    }
    long held = truncated() ? total() - tailLimit : headLength;
    byte[] last = truncated() ? lastBytes() : Arrays.copyOf(tail, (int) tailLength);
    int skipped = (int) Math.max(0, offset - held);
    if (offset < held && truncated()) {
      long omitted = held - Math.max(offset, headLength);
      part.writeBytes(mark(omitted).getBytes(StandardCharsets.UTF_8));
    }
    if (skipped < last.length) {
      part.write(last, skipped, last.length - skipped);
    }
    byte[] bytes = part.toByteArray();
    int whole = Utf8.wholeCharacters(bytes, bytes.length);
    return new Part(Arrays.copyOf(bytes, whole), total() - (bytes.length - whole));
  }

  /** {@link #bytes} read as UTF-8; what is not becomes U+FFFD. */
  public String text() {
    return new String(bytes(), StandardCharsets.UTF_8);
  }

  private void writeTail(byte[] bytes, int offset, int length) {
    // Only the last bytes can stay; earlier ones are counted and skipped.
    int skipped = Math.max(0, length - tailLimit);
    tailLength += skipped;
    int from = offset + skipped;
    int left = length - skipped;
    if (left == 0) {
      return;
    }
    long wanted = Math.min(tailLimit, tailLength + left);
    tail = grown(tail, (int) Math.min(tail.length, tailLength), (int) wanted, tailLimit);
    while (left > 0) {
      int at = (int) (tailLength % tailLimit);
      int part = Math.min(left, tailLimit - at);
      System.arraycopy(bytes, from, tail, at, part);
      tailLength += part;
      from += part;
      left -= part;
    }
  }

  private byte[] lastBytes() {
    int oldest = tailLimit == 0 ? 0 : (int) (tailLength % tailLimit);
    byte[] last = new byte[tailLimit];
    System.arraycopy(tail, oldest, last, 0, tailLimit - oldest);
    System.arraycopy(tail, 0, last, tailLimit - oldest, oldest);
    return last;
  }

  private static byte[] grown(byte[] array, int used, int wanted, int limit) {
    if (array.length >= wanted) {
      return array;
    }
    return Arrays.copyOf(array, (int) Math.min(limit, Math.max(wanted, 2L * used)));
  }
}
