// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.process;

/**
 * Discards all further output once a sink has failed, so that neither the process nor the report of
 * its end is affected.
 */
final class GuardedSink implements OutputSink {
  private final OutputSink sink;
  private boolean failed;

  GuardedSink(OutputSink sink) {
    this.sink = sink;
  }

  @Override
  public void write(StandardStream stream, byte[] bytes, int offset, int length) {
    if (!failed) {
      deliver(() -> sink.write(stream, bytes, offset, length));
    }
  }

  /** Ends the sink even if it has failed, as it may hold memory. */
  @Override
  public void end() {
    deliver(sink::end);
  }

  private void deliver(Runnable delivery) {
    try {
      delivery.run();
    } catch (RuntimeException | Error e) {
      failed = true;
      StreamPoller.failed(e);
    }
  }
}
