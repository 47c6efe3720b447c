// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.process;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Drops all further output once a sink has failed, so that the process and its end go on. */
final class GuardedSink implements OutputSink {
  private static final Logger LOG = LoggerFactory.getLogger("crond.process");

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
