// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelcrond.store.LogCapture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ThreadsTest {
  private final Threads threads = new Threads();

  @AfterEach
  void close() {
    threads.close();
  }

  @Test
  void aPeriodicTaskGoesOnAfterAFailure() {
    AtomicInteger times = new AtomicInteger();
    threads.every(
        Duration.ofMillis(1),
        () -> {
          if (times.incrementAndGet() == 1) {
            throw new OutOfMemoryError("test");
          }
        });
    await().until(() -> times.get() > 2);
  }

  @Test
  void theFailureOfATimerTaskIsLogged() {
    try (LogCapture log = new LogCapture()) {
      threads
          .timer()
          .schedule(
              () -> {
                throw new IllegalStateException("test");
              },
              0,
              TimeUnit.MILLISECONDS);
      await().until(() -> !log.lines().isEmpty());
      assertThat(log.lines()).anyMatch(line -> line.contains("timer task failed"));
    }
  }
}
