// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.run;

import io.github.camelcrond.process.ExitStatus;
import io.github.camelcrond.process.RunningProcess;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A process that notes which signals it got and heeds none. */
final class FakeProcess implements RunningProcess {
  static final ExitStatus SUCCESS = new ExitStatus(0, 0, false);
  static final ExitStatus FAILURE = new ExitStatus(3, 0, false);
  static final ExitStatus TERMINATED = new ExitStatus(143, 15, false);

  final List<String> signals = new ArrayList<>();
  final CompletableFuture<ExitStatus> ended = new CompletableFuture<>();

  @Override
  public long pid() {
    return 4711;
  }

  @Override
  public CompletableFuture<ExitStatus> ended() {
    return ended;
  }

  @Override
  public boolean terminate() {
    return signals.add("TERM");
  }

  @Override
  public boolean kill() {
    return signals.add("KILL");
  }
}
