// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.daemon;

import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Handles threads that end by an exception. A pool replaces its thread, so the exception is only
 * logged. After an {@link Error}, or outside a pool, the work of the thread is not done any more: a
 * queue may lack a consumer, or a run its thread. The daemon then stops in order, with exit code 1.
 */
final class UncaughtExceptions implements Thread.UncaughtExceptionHandler {
  private static final Logger LOG = LoggerFactory.getLogger("crond.daemon");
  private static final String POOL = "java.util.concurrent.ThreadPoolExecutor";

  private final Consumer<String> fatal;

  /**
   * @param fatal is called by the ending thread with the reason for the stop
   */
  UncaughtExceptions(Consumer<String> fatal) {
    this.fatal = fatal;
  }

  @Override
  public void uncaughtException(Thread thread, Throwable e) {
    boolean replaced = e instanceof Exception && isOfPool(e);
    try {
      LOG.atError()
          .addKeyValue("thread", thread.getName())
          .setCause(e)
          .log(replaced ? "task failed" : "thread ended by an exception, stopping");
    } finally {
      if (!replaced) {
        fatal.accept("thread " + thread.getName() + " ended by " + e);
      }
    }
  }

  private static boolean isOfPool(Throwable e) {
    return Stream.of(e.getStackTrace()).anyMatch(frame -> frame.getClassName().equals(POOL));
  }
}
