// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.process;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * Passes output on byte for byte by whole lines, so that lines of several processes do not mix. Of
 * a line without end it holds as much as a limit and a budget allow, and passes that on.
 */
public final class RawLines implements OutputSink {
  private final BiConsumer<StandardStream, byte[]> sink;
  private final Function<StandardStream, byte[]> prefix;
  private final int limit;
  private final OutputBudget budget;
  private final Map<StandardStream, Pending> pending = new EnumMap<>(StandardStream.class);

  /**
   * Creates one.
   *
   * @param sink gets one or more lines at once
   * @param prefix is put in front of each line
   * @param limit the longest part of a line that is held, in bytes
   * @param budget for incomplete lines, shared with other processes
   */
  public RawLines(
      BiConsumer<StandardStream, byte[]> sink,
      Function<StandardStream, byte[]> prefix,
      int limit,
      OutputBudget budget) {
    this.sink = sink;
    this.prefix = prefix;
    this.limit = limit;
    this.budget = budget;
  }

  @Override
  public void write(StandardStream stream, byte[] bytes, int offset, int length) {
    Pending line = pending.computeIfAbsent(stream, Pending::new);
    int end = offset + length;
    int whole = end;
    while (whole > offset && bytes[whole - 1] != '\n') {
      whole--;
    }
    if (whole > offset) {
      line.pass(bytes, offset, whole);
    }
    line.keep(bytes, whole, end);
  }

  @Override
  public void end() {
    try {
      pending.values().forEach(Pending::finish);
    } finally {
      pending.values().forEach(Pending::forget);
      pending.clear();
    }
  }

  /** The incomplete line of one stream. */
  private final class Pending {
    private static final byte[] NOTHING = {};

    private final StandardStream stream;
    private final byte[] front;
    private byte[] begun = NOTHING;
    private int length;
    private boolean inLine;

    Pending(StandardStream stream) {
      this.stream = stream;
      this.front = prefix.apply(stream);
    }

    /** Passes on what is held and then these bytes. */
    void pass(byte[] bytes, int from, int to) {
      ByteArrayOutputStream out = new ByteArrayOutputStream(length + to - from + front.length);
      prefixed(begun, 0, length, out);
      prefixed(bytes, from, to, out);
      forget();
      sink.accept(stream, out.toByteArray());
    }

    void keep(byte[] bytes, int from, int to) {
      int more = to - from;
      if (begun.length < length + more) {
        int wanted = Math.max(length + more, Math.min(limit, 2 * length));
        int granted = wanted > limit ? 0 : budget.take(begun.length, wanted - begun.length);
        begun = granted == 0 ? begun : Arrays.copyOf(begun, begun.length + granted);
      }
      if (begun.length < length + more) {
        pass(bytes, from, to);
        return;
      }
      System.arraycopy(bytes, from, begun, length, more);
      length += more;
    }

    void finish() {
      if (length > 0 || inLine) {
        pass(new byte[] {'\n'}, 0, 1);
      }
    }

    private void prefixed(byte[] bytes, int from, int to, ByteArrayOutputStream out) {
      int start = from;
      for (int at = from; at < to; at++) {
        if (!inLine) {
          out.writeBytes(front);
          inLine = true;
        }
        if (bytes[at] == '\n') {
          out.write(bytes, start, at + 1 - start);
          start = at + 1;
          inLine = false;
        }
      }
      out.write(bytes, start, to - start);
    }

    private void forget() {
      budget.give(begun.length);
      begun = NOTHING;
      length = 0;
    }
  }
}
