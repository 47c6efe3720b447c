// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.process;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Holds the output of a process on both streams in the order of arrival; of long output, the
 * beginning and the end, up to half of a limit each. Memory is taken from a budget as output
 * arrives. When the budget grants no more, the number of bytes held becomes the limit. Thread-safe.
 */
public final class OutputCapture implements OutputSink {
  private static final byte[] NOTHING = {};

  private final OutputBudget budget;
  private int headLimit;
  private int tailLimit;
  private int taken;
  private int holders = 1;
  private byte[] head = NOTHING;
  private int headLength;
  private byte[] tail = NOTHING;
  private long tailLength;

  /**
   * Creates an empty capture.
   *
   * @param limit maximum number of bytes held, 0 or more, not counting the mark for omitted bytes
   * @param budget for memory, shared with the output of other processes
   */
  public OutputCapture(int limit, OutputBudget budget) {
    if (limit < 0) {
      throw new IllegalArgumentException("output limit " + limit + " is negative, use 0 or more");
    }
    this.budget = budget;
    headLimit = limit / 2;
    tailLimit = limit - headLimit;
  }

  /**
   * The line that stands in place of {@code omitted} bytes, with a line break before and after it.
   */
  public static String mark(long omitted) {
    return "\n[… " + omitted + " bytes omitted …]\n";
  }

  @Override
  public synchronized void write(StandardStream stream, byte[] bytes, int offset, int length) {
    if (holders == 0) {
      return;
    }
    int first = Math.min(length, headLimit - headLength);
    if (first > 0) {
      head = grown(head, headLength + first, headLimit);
      if (head.length < headLength + first) {
        headLimit = head.length;
        first = headLimit - headLength;
      }
      System.arraycopy(bytes, offset, head, headLength, first);
      headLength += first;
    }
    if (first < length) {
      writeTail(bytes, offset + first, length - first);
    }
  }

  /** Registers another reader, which must call {@link #release}. */
  public synchronized void hold() {
    holders++;
  }

  /** Returns the memory to the budget when the last reader calls it; drops later writes. */
  public synchronized void release() {
    if (--holders == 0) {
      budget.give(taken);
      taken = 0;
    }
  }

  @Override
  public void end() {}

  /** Whether part of the output is omitted. */
  public synchronized boolean truncated() {
    return tailLength > tailLimit;
  }

  /** The number of bytes printed so far, including omitted ones. */
  public synchronized long total() {
    return headLength + tailLength;
  }

  /**
   * The held output, with a {@link #mark} in place of omitted bytes. UTF-8 characters are not split
   * there.
   */
  public synchronized byte[] bytes() {
    if (!truncated()) {
      byte[] all = Arrays.copyOf(head, (int) total());
      System.arraycopy(tail, 0, all, headLength, (int) tailLength);
      return all;
    }
    byte[] last = lastBytes();
    int until = Utf8.wholeCharacters(head, headLength);
    int from = 0;
    while (from < Math.min(3, last.length) && Utf8.continues(last[from])) {
      from++;
    }
    long omitted = total() - until - (last.length - from);
    byte[] mark = mark(omitted).getBytes(StandardCharsets.UTF_8);
    byte[] all = Arrays.copyOf(head, until + mark.length + last.length - from);
    System.arraycopy(mark, 0, all, until, mark.length);
    System.arraycopy(last, from, all, until + mark.length, last.length - from);
    return all;
  }

  /**
   * A part of the output.
   *
   * @param next position after the part, in bytes from the start of the output
   */
  public record Part(byte[] bytes, long next) {}

  /**
   * The next part of the output, as far as it is held, up to its last complete UTF-8 character;
   * empty if there is none yet.
   *
   * @param offset position to start at, in bytes from the start of the output
   * @param most maximum number of bytes, not counting a mark for omitted ones
   */
  public synchronized Part since(long offset, int most) {
    if (offset >= total()) {
      return new Part(NOTHING, total());
    }
    boolean gap = truncated();
    long held = gap ? total() - tailLimit : headLength;
    byte[] mark =
        offset < headLength || offset >= held
            ? NOTHING
            : mark(held - offset).getBytes(StandardCharsets.UTF_8);
    long from = offset < headLength ? offset : Math.max(held, offset);
    long end = Math.min(from + most, gap && from < headLength ? headLength : total());
    byte[] part = Arrays.copyOf(mark, mark.length + (int) (end - from));
    for (int i = 0; i < end - from; i++) {
      part[mark.length + i] = at(from + i);
    }
    // An incomplete character waits for its next bytes, which never come before a gap.
    int whole = gap && end == headLength ? part.length : Utf8.wholeCharacters(part, part.length);
    return new Part(Arrays.copyOf(part, whole), end - (part.length - whole));
  }

  /** The byte at {@code position} of the output, which must be held. */
  private byte at(long position) {
    return position < headLength
        ? head[(int) position]
        : tail[(int) ((position - headLength) % tailLimit)];
  }

  /** {@link #bytes} decoded as UTF-8; invalid bytes become U+FFFD. */
  public String text() {
    return new String(bytes(), StandardCharsets.UTF_8);
  }

  private void writeTail(byte[] bytes, int offset, int length) {
    int wanted = (int) Math.min(tailLimit, tailLength + length);
    tail = grown(tail, wanted, tailLimit);
    if (tail.length < wanted) {
      limitToHeld();
    }
    // Only the last bytes can be kept; earlier ones are counted and skipped.
    int skipped = Math.max(0, length - tailLimit);
    tailLength += skipped;
    int from = offset + skipped;
    int left = length - skipped;
    while (left > 0) {
      int at = (int) (tailLength % tailLimit);
      int part = Math.min(left, tailLimit - at);
      System.arraycopy(bytes, from, tail, at, part);
      tailLength += part;
      from += part;
      left -= part;
    }
  }

  /** Makes the held bytes, divided into head and tail, the limit, as the budget grants no more. */
  private void limitToHeld() {
    if (tail.length == 0) {
      int half = head.length / 2;
      tail = Arrays.copyOfRange(head, half, head.length);
      tailLength = headLength - Math.min(headLength, half);
      head = Arrays.copyOf(head, half);
      headLength = Math.min(headLength, half);
      headLimit = headLength;
    }
    tailLimit = tail.length;
  }

  private byte[] lastBytes() {
    int oldest = tailLimit == 0 ? 0 : (int) (tailLength % tailLimit);
    byte[] last = new byte[tailLimit];
    System.arraycopy(tail, oldest, last, 0, tailLimit - oldest);
    System.arraycopy(tail, 0, last, tailLimit - oldest, oldest);
    return last;
  }

  /** {@code array}, extended to {@code wanted} bytes or more, as far as the budget grants them. */
  private byte[] grown(byte[] array, int wanted, int limit) {
    if (array.length >= wanted) {
      return array;
    }
    int length = (int) Math.min(limit, Math.max(wanted, 2L * array.length));
    int granted = budget.take(taken, length - array.length);
    taken += granted;
    return granted == 0 ? array : Arrays.copyOf(array, array.length + granted);
  }
}
