// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.process;

import java.util.concurrent.CompletableFuture;

/**
 * A process group that an earlier daemon has started. It is not a child of this process, so its
 * exit status remains unknown.
 *
 * @param pid of its leader, which may have ended
 */
public record SurvivingGroup(long pid) implements RunningProcess {

  /** Never completes. */
  @Override
  public CompletableFuture<ExitStatus> ended() {
    return new CompletableFuture<>();
  }

  @Override
  public boolean terminate() {
    return GroupSignal.send("TERM", pid);
  }

  @Override
  public boolean kill() {
    return GroupSignal.send("KILL", pid);
  }
}
