// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.run;

import io.github.camelcrond.camel.CalledByRoute;
import io.github.camelcrond.config.Durations;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Variable;

/**
 * Sends the messages of lines. Sending ends by itself, by {@code CRON_TIMEOUT}, or when the run is
 * ended early. As an executor, it sends each message on a thread that can be interrupted.
 */
public final class MessageSender extends AbstractExecutorService {
  private final Clock clock;
  private final Runs runs;
  private final ExecutorService pool;
  private final ThreadLocal<Optional<SendInProgress>> current =
      ThreadLocal.withInitial(Optional::empty);

  /**
   * @param pool provides the threads; the caller closes it
   */
  public MessageSender(Clock clock, Runs runs, ExecutorService pool) {
    this.clock = clock;
    this.runs = runs;
    this.pool = pool;
  }

  /**
   * Begins sending for {@code run}, whose end the calling thread awaits.
   *
   * @return the time-out in milliseconds; 0 for none
   * @throws IOException if the run was ended before
   */
  @CalledByRoute
  public long beginSending(@Variable("run") Run run) throws IOException {
    runs.awaitInstant(run);
    runs.started(run, new SendInProgress(Thread.currentThread()), clock.instant());
    runs.announce(run);
    return run.job().policies().timeout().map(Duration::toMillis).orElse(0L);
  }

  /** Notes that the calling thread sends the message of {@code run}. */
  @CalledByRoute
  public void noteSendingThread(@Variable("run") Run run) {
    sending(run)
        .ifPresent(
            sending -> {
              sending.sentBy(Thread.currentThread());
              current.set(Optional.of(sending));
            });
  }

  private Optional<SendInProgress> sending(Run run) {
    return runs.find(run.id())
        .flatMap(RunProgress::process)
        .filter(SendInProgress.class::isInstance)
        .map(SendInProgress.class::cast);
  }

  /**
   * Ends sending for {@code run} because of its time-out.
   *
   * @throws IOException always
   */
  @CalledByRoute
  public void abortTimedOut(@Variable("run") Run run) throws IOException {
    runs.progress(run).timeOut();
    sending(run).ifPresent(SendInProgress::cutOff);
    Duration timeout = run.job().policies().timeout().orElse(Duration.ZERO);
    throw new IOException("not sent within " + Durations.format(timeout));
  }

  @Override
  public void execute(Runnable task) {
    pool.execute(
        () -> {
          try {
            task.run();
          } finally {
            current.get().ifPresent(SendInProgress::left);
            current.remove();
            // The interrupt was meant for the message, not for the next task on the thread.
            Thread.interrupted();
          }
        });
  }

  @Override
  public void shutdown() {
    // the pool is not ours
  }

  @Override
  public List<Runnable> shutdownNow() {
    return List.of();
  }

  @Override
  public boolean isShutdown() {
    return pool.isShutdown();
  }

  @Override
  public boolean isTerminated() {
    return pool.isTerminated();
  }

  @Override
  public boolean awaitTermination(long time, TimeUnit unit) {
    return true;
  }
}
