// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.process;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Keeps all that a process prints. */
final class Recording implements OutputSink {
  private final ByteArrayOutputStream stdout = new ByteArrayOutputStream();
  private final ByteArrayOutputStream stderr = new ByteArrayOutputStream();
  private int ends;

  @Override
  public synchronized void write(StandardStream stream, byte[] bytes, int offset, int length) {
    (stream == StandardStream.STDOUT ? stdout : stderr).write(bytes, offset, length);
  }

  @Override
  public synchronized void end() {
    ends++;
  }

  synchronized String stdout() {
    return stdout.toString(StandardCharsets.UTF_8);
  }

  synchronized String stderr() {
    return stderr.toString(StandardCharsets.UTF_8);
  }

  synchronized int ends() {
    return ends;
  }
}
