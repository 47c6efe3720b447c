// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.process;

import io.github.camelcrond.log.SafeText;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * Splits output into lines, separately for each stream, and converts them to text: invalid UTF-8
 * becomes U+FFFD, a carriage return before the line end is dropped, and characters that are unsafe
 * in a log are escaped ({@link SafeText}). An incomplete line is held up to the limit for a line
 * and as far as a budget grants memory. A line that exceeds that is cut, marked and passed on at
 * once, and its rest is dropped. A last line without a newline is passed on at the end.
 */
public final class OutputLines implements OutputSink {
  private final BiConsumer<StandardStream, String> sink;
  private final int limit;
  private final OutputBudget budget;
  private final Map<StandardStream, OpenLine> open = new EnumMap<>(StandardStream.class);

  /**
   * Creates a splitter.
   *
   * @param sink receives each line, without its line end
   * @param limit maximum length of a line, in bytes, at least 1
   * @param budget for incomplete lines, shared with other processes
   */
  public OutputLines(BiConsumer<StandardStream, String> sink, int limit, OutputBudget budget) {
    if (limit < 1) {
      throw new IllegalArgumentException("line limit " + limit + " is too small, use 1 or more");
    }
    this.sink = sink;
    this.limit = limit;
    this.budget = budget;
  }

  @Override
  public void write(StandardStream stream, byte[] bytes, int offset, int length) {
    OpenLine line = open.computeIfAbsent(stream, OpenLine::new);
    int end = offset + length;
    int from = offset;
    for (int at = offset; at < end; at++) {
      if (bytes[at] == '\n') {
        line.complete(bytes, from, at);
        from = at + 1;
      }
    }
    line.append(bytes, from, end);
  }

  @Override
  public void end() {
    try {
      open.values().forEach(OpenLine::pass);
    } finally {
      // Even if the sink fails now or has failed before.
      open.values().forEach(OpenLine::clear);
      open.clear();
    }
  }

  private static String text(byte[] bytes, int offset, int length) {
    int kept = length > 0 && bytes[offset + length - 1] == '\r' ? length - 1 : length;
    return SafeText.of(new String(bytes, offset, kept, StandardCharsets.UTF_8));
  }

  /** The incomplete line of one stream. */
  private final class OpenLine {
    private final StandardStream stream;
    private final UnfinishedLine begun = new UnfinishedLine(limit, budget);
    private boolean cut;

    OpenLine(StandardStream stream) {
      this.stream = stream;
    }

    void complete(byte[] bytes, int from, int to) {
      if (begun.length() == 0 && !cut && to - from <= limit) {
        sink.accept(stream, text(bytes, from, to - from));
        return;
      }
      append(bytes, from, to);
      if (!cut) {
        sink.accept(stream, text(begun.bytes(), 0, begun.length()));
      }
      clear();
    }

    void append(byte[] bytes, int from, int to) {
      if (!cut && begun.append(bytes, from, to) < to - from) {
        int whole = Utf8.wholeCharacters(begun.bytes(), begun.length());
        String mark = "[… line cut at " + begun.length() + " bytes]";
        sink.accept(stream, text(begun.bytes(), 0, whole) + mark);
        begun.clear();
        cut = true;
      }
    }

    void pass() {
      if (begun.length() > 0) {
        sink.accept(stream, text(begun.bytes(), 0, begun.length()));
      }
    }

    void clear() {
      begun.clear();
      cut = false;
    }
  }
}
