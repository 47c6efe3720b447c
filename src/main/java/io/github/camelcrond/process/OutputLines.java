// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.process;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;

/**
 * Splits output into lines, separately for each stream. Holds at most one incomplete line for each
 * stream, up to the limit for a line and as far as a budget grants memory. A longer line is cut,
 * marked and passed on as soon as it exceeds that, and its rest is dropped; a last line without a
 * newline is passed on at the end.
 */
public final class OutputLines implements OutputSink {
  private final LineSink sink;
  private final int limit;
  private final OutputBudget budget;
  private final Map<StandardStream, UnfinishedLine> pending = new EnumMap<>(StandardStream.class);

  /**
   * Creates one.
   *
   * @param limit the longest line, in bytes, at least 1
   * @param budget for incomplete lines, shared with other processes
   */
  public OutputLines(LineSink sink, int limit, OutputBudget budget) {
    if (limit < 1) {
      throw new IllegalArgumentException("line limit " + limit + " is too small, use 1 or more");
    }
    this.sink = sink;
    this.limit = limit;
    this.budget = budget;
  }

  @Override
  public void write(StandardStream stream, byte[] bytes, int offset, int length) {
    UnfinishedLine line = pending.computeIfAbsent(stream, UnfinishedLine::new);
    int end = offset + length;
    int from = offset;
    for (int at = offset; at < end; at++) {
      if (bytes[at] == '\n') {
        line.complete(bytes, from, at);
        from = at + 1;
      }
    }
    line.keep(bytes, from, end);
  }

  @Override
  public void end() {
    try {
      pending.values().forEach(UnfinishedLine::finish);
    } finally {
      // Also when the sink fails now or has failed before.
      pending.values().forEach(UnfinishedLine::forget);
      pending.clear();
    }
  }

  /** The incomplete line of one stream. */
  private final class UnfinishedLine {
    private static final byte[] NOTHING = {};

    private final StandardStream stream;
    private byte[] begun = NOTHING;
    private int length;
    private boolean cut;

    UnfinishedLine(StandardStream stream) {
      this.stream = stream;
    }

    void complete(byte[] bytes, int from, int to) {
      if (length == 0 && !cut && to - from <= limit) {
        sink.line(stream, LineText.of(bytes, from, to - from));
        return;
      }
      keep(bytes, from, to);
      if (!cut) {
        sink.line(stream, LineText.of(begun, 0, length));
      }
      forget();
    }

    void keep(byte[] bytes, int from, int to) {
      if (cut || from == to) {
        return;
      }
      int taken = Math.min(to - from, limit - length);
      if (begun.length < length + taken) {
        int wanted = Math.min(limit, Math.max(length + taken, 2 * length));
        int granted = budget.take(begun.length, wanted - begun.length);
        begun = Arrays.copyOf(begun, begun.length + granted);
        taken = Math.min(taken, begun.length - length);
      }
      System.arraycopy(bytes, from, begun, length, taken);
      length += taken;
      if (taken < to - from) {
        sink.line(stream, LineText.cut(begun, length));
        forget();
        cut = true;
      }
    }

    void finish() {
      if (length > 0) {
        sink.line(stream, LineText.of(begun, 0, length));
      }
    }

    private void forget() {
      budget.give(begun.length);
      begun = NOTHING;
      length = 0;
      cut = false;
    }
  }
}
