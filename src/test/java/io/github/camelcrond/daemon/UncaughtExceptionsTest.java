// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

class UncaughtExceptionsTest {
  private final List<String> fatal = new CopyOnWriteArrayList<>();
  private final UncaughtExceptions handler = new UncaughtExceptions(fatal::add);

  @Test
  void aThreadThatEndsByAnExceptionEndsTheDaemon() throws Exception {
    Thread thread =
        new Thread(
            () -> {
              throw new IllegalStateException("test");
            },
            "watch");
    thread.setUncaughtExceptionHandler(handler);
    thread.start();
    thread.join();
    assertThat(fatal)
        .containsExactly("thread watch ended by java.lang.IllegalStateException: test");
  }

  @Test
  void aPoolReplacesItsThreadAfterAnExceptionButWhatAnErrorLeavesIsUnknown() throws Exception {
    CountDownLatch caught = new CountDownLatch(1);
    ExecutorService pool = Executors.newSingleThreadExecutor(this::handled);
    pool.execute(
        () -> {
          throw new IllegalStateException("test");
        });
    pool.execute(caught::countDown);
    caught.await();
    assertThat(fatal).isEmpty();
    pool.execute(
        () -> {
          throw new OutOfMemoryError("test");
        });
    await().until(() -> !fatal.isEmpty());
    assertThat(fatal).containsExactly("thread pooled ended by java.lang.OutOfMemoryError: test");
    pool.shutdown();
  }

  private Thread handled(Runnable task) {
    Thread thread = new Thread(task, "pooled");
    thread.setUncaughtExceptionHandler(handler);
    return thread;
  }
}
