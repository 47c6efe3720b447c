// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.job;

import io.github.camelcrond.process.ExitStatus;
import io.github.camelcrond.process.RunningProcess;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A message that is being sent, in the place of a process: what ends it are interrupts. */
final class Sending implements RunningProcess {
  private final CompletableFuture<ExitStatus> never = new CompletableFuture<>();
  private final Thread waiter;
  private Optional<Thread> sender = Optional.empty();

  /**
   * @param waiter waits for the end of it
   */
  Sending(Thread waiter) {
    this.waiter = waiter;
  }

  /** Is sent by {@code thread} until {@link #left}. */
  synchronized void sentBy(Thread thread) {
    sender = Optional.of(thread);
  }

  /** The thread that sent does something else now. */
  synchronized void left() {
    sender = Optional.empty();
  }

  /** Interrupts the sending, not the waiting. */
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
