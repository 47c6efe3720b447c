// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.run;

import io.github.camelcrond.process.ExitStatus;
import io.github.camelcrond.process.RunningProcess;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A message that is being sent, treated like a process; it is ended by an interrupt. */
final class SendInProgress implements RunningProcess {
  private final CompletableFuture<ExitStatus> never = new CompletableFuture<>();
  private final Thread waiter;
  private Optional<Thread> sender = Optional.empty();

  /**
   * @param waiter the thread that waits for the end
   */
  SendInProgress(Thread waiter) {
    this.waiter = waiter;
  }

  /** Notes that {@code thread} sends the message, until {@link #left}. */
  synchronized void sentBy(Thread thread) {
    sender = Optional.of(thread);
  }

  /** Notes that no thread sends the message any more. */
  synchronized void left() {
    sender = Optional.empty();
  }

  /** Interrupts the thread that sends, not the one that waits. */
  synchronized void cutOff() {
    sender.ifPresent(Thread::interrupt);
  }

  @Override
  public boolean terminate() {
    cutOff();
    waiter.interrupt();
    return true;
  }

  @Override
  public boolean kill() {
    return terminate();
  }

  @Override
  public long pid() {
    return 0;
  }

  @Override
  public CompletableFuture<ExitStatus> ended() {
    return never;
  }
}
