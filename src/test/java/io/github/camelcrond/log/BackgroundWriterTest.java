// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;

class BackgroundWriterTest {
  private static final Duration LONG = Duration.ofSeconds(10);
  private final Stream stream = new Stream();
  private final BackgroundWriter writer =
      new BackgroundWriter("test", stream, 100, count -> bytes(count + " dropped"));

  @Test
  void writesAllInOrder() {
    stream.permits.release(1000);
    for (int i = 0; i < 10; i++) {
      write("line " + i);
    }
    writer.flush(LONG);

    assertThat(stream.text().lines()).hasSize(10).startsWith("line 0").endsWith("line 9");
    assertThat(writer.dropped()).isZero();
  }

  @Test
  void neverWaitsForAReaderAndReportsWhatItDropped() {
    for (int i = 0; i < 50; i++) {
      write("line " + i);
    }
    assertThat(writer.dropped()).isPositive();
    assertThat(writer.isStalled()).isTrue();
    long dropped = writer.dropped();

    stream.permits.release(1000);
    await().until(() -> !writer.isStalled());
    writer.flush(LONG);
    write("after");
    writer.flush(LONG);

    assertThat(stream.text().lines())
        .hasSize((int) (52 - dropped))
        .startsWith("line 0")
        .endsWith(dropped + " dropped", "after");
  }

  @Test
  void keepsRoomForLinesThatCannotBeSpared() {
    for (int i = 0; i < 50; i++) {
      writer.write(bytes("spare"), 0.5);
    }
    long dropped = writer.dropped();
    write("needed");

    assertThat(dropped).isPositive();
    assertThat(writer.dropped()).isEqualTo(dropped);
  }

  @Test
  void aFlushDoesNotWaitForAReaderForever() {
    write("line");
    writer.flush(Duration.ofMillis(10));

    assertThat(stream.text()).isEmpty();
  }

  @Test
  void writesALineThatIsLargerThanTheLimit() {
    stream.permits.release(1000);
    write("x".repeat(200_000));
    writer.flush(LONG);

    assertThat(stream.text()).hasSize(200_001);
  }

  @Test
  void goesOnAfterAFailure() {
    stream.broken = true;
    stream.permits.release(1000);
    write("lost");
    writer.flush(LONG);
    stream.broken = false;
    write("line");
    writer.flush(LONG);

    assertThat(stream.text()).isEqualTo("line\n");
    assertThat(writer.dropped()).isEqualTo(1);
  }

  private void write(String line) {
    writer.write(bytes(line), 1);
  }

  private static byte[] bytes(String line) {
    return (line + "\n").getBytes(StandardCharsets.UTF_8);
  }

  /** A stream that takes as many writes as there are permits. */
  private static final class Stream extends OutputStream {
    private final Semaphore permits = new Semaphore(0);
    private final StringBuffer written = new StringBuffer();
    private volatile boolean broken;

    @Override
    public void write(int b) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      permits.acquireUninterruptibly();
      if (broken) {
        throw new IOException("broken pipe");
      }
      written.append(new String(bytes, from, length, StandardCharsets.UTF_8));
    }

    String text() {
      return written.toString();
    }
  }
}
