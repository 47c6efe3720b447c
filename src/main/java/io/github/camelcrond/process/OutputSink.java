// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.process;

/**
 * Takes what a process prints, as it comes. Called by one thread at a time, which serves all
 * processes: what waits here holds them all up.
 */
public interface OutputSink {

  /** Takes and forgets all output. */
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
   * @param bytes is used again after the call: copy what is kept
   * @param length at least 1
   */
  void write(StandardStream stream, byte[] bytes, int offset, int length);

  /** Learns that nothing more comes. */
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
