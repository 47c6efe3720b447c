// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.process;

import java.io.ByteArrayOutputStream;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * Passes output on byte for byte in whole lines, so that the lines of several processes do not mix.
 * An incomplete line is held as far as a limit and a budget allow; what exceeds them is passed on
 * without waiting for the end of the line. A last line without a newline gets one.
 */
public final class RawLines implements OutputSink {
  private final BiConsumer<StandardStream, byte[]> sink;
  private final Function<StandardStream, byte[]> prefix;
  private final int limit;
  private final OutputBudget budget;
  private final Map<StandardStream, OpenLine> open = new EnumMap<>(StandardStream.class);

  /**
   * Creates a sink.
   *
   * @param sink receives one or more lines per call, with their line ends
   * @param prefix the bytes to put before each line of a stream
   * @param limit maximum length of the held part of a line, in bytes
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
    OpenLine line = open.computeIfAbsent(stream, OpenLine::new);
    int end = offset + length;
    int whole = end;
    while (whole > offset && bytes[whole - 1] != '\n') {
      whole--;
    }
    if (whole > offset) {
      line.pass(bytes, offset, whole);
    }
    line.append(bytes, whole, end);
  }

  @Override
  public void end() {
    try {
      open.values().forEach(OpenLine::finish);
    } finally {
      open.values().forEach(line -> line.begun.clear());
      open.clear();
    }
  }

  /** The incomplete line of one stream. */
  private final class OpenLine {
    private final StandardStream stream;
    private final byte[] front;
    private final UnfinishedLine begun = new UnfinishedLine(limit, budget);
    private boolean inLine;

    OpenLine(StandardStream stream) {
      this.stream = stream;
      this.front = prefix.apply(stream);
    }

    /** Passes on the held bytes, followed by these. */
    void pass(byte[] bytes, int from, int to) {
      ByteArrayOutputStream out =
          new ByteArrayOutputStream(begun.length() + to - from + front.length);
      prefixed(begun.bytes(), 0, begun.length(), out);
      prefixed(bytes, from, to, out);
      begun.clear();
      sink.accept(stream, out.toByteArray());
    }

    void append(byte[] bytes, int from, int to) {
      int held = begun.append(bytes, from, to);
      if (held < to - from) {
        pass(bytes, from + held, to);
      }
    }

    void finish() {
      if (begun.length() > 0 || inLine) {
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
  }
}
