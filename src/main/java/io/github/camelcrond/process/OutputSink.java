// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.process;

/**
 * Receives the output of a process as it arrives. Called by one thread at a time. That thread
 * serves all processes, so an implementation must not block.
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
   * Receives output.
   *
   * @param bytes a buffer that is reused after the call; copy what is to be kept
   * @param offset index of the first byte
   * @param length number of bytes, at least 1
   */
  void write(StandardStream stream, byte[] bytes, int offset, int length);

  /** Signals the end of the output. */
  void end();

  /** A sink that passes all output to this one, then to {@code next}. */
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
