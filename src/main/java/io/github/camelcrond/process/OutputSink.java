// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.process;

/**
 * Receives the output of a process as it arrives. Called by one thread at a time, which serves all
 * processes: an implementation that blocks holds them all up.
 */
public interface OutputSink {

  /** Discards all output. */
  OutputSink NONE =
      new OutputSink() {
        @Override
        public void write(StandardStream stream, byte[] bytes, int offset, int length) {}

        @Override
        public void end() {}
      };

  /**
   * Takes some bytes.
   *
   * @param bytes a buffer that is reused after the call, from which to copy what is kept
   * @param length at least 1
   */
  void write(StandardStream stream, byte[] bytes, int offset, int length);

  /** Signals the end of the output. */
  void end();

  /** A sink that passes everything to this one, then to {@code next}. */
  default OutputSink and(OutputSink next) {
    OutputSink first = this;
    return new OutputSink() {
      @Override
      public void write(StandardStream stream, byte[] bytes, int offset, int length) {
        first.write(stream, bytes, offset, length);
        next.write(stream, bytes, offset, length);
      }

      @Override
      public void end() {
        first.end();
        next.end();
      }
    };
  }
}
