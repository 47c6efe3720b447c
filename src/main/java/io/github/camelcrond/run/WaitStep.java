// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.run;

/** A step of a route at which runs wait without a thread. */
public interface WaitStep {

  /** Ends the wait of {@code run} because of {@code why}, if it waits here. */
  void dismiss(Run run, String why);

  /** Ends all waits because of {@code reason}; nothing waits here afterwards. */
  void close(String reason);

  /** Number of runs that wait here. */
  int waiting();
}
