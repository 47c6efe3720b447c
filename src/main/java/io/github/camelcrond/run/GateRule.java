// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.run;

import io.github.camelcrond.crontab.Policies;
import io.github.camelcrond.crontab.Policies.Overlap;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/**
 * The rule of a {@link Gate}: which runs are counted together, how many of them may be inside, and
 * what happens to the next.
 *
 * @param kindOf the kind of a run; runs of one kind are counted together; empty for a run that
 *     always passes
 * @param limitOf how many runs may be inside if the given run is one of them; at least 1
 * @param fullOf what happens to a run when the gate is full
 * @param changesThread whether a run continues on a thread of the executor of the gate even if it
 *     does not have to wait
 */
public record GateRule(
    Function<Run, Optional<String>> kindOf,
    ToIntFunction<Run> limitOf,
    Function<Run, WhenFull> fullOf,
    boolean changesThread) {

  /** What happens to a run when the gate is full. */
  public enum WhenFull {
    /** It waits. */
    WAIT,
    /** It waits if no other does, else it is skipped. */
    WAIT_ALONE,
    /** It is skipped. */
    SKIP,
    /** Those inside are interrupted and those that wait skipped; it waits for their end. */
    REPLACE
  }

  /** {@code CRON_OVERLAP}: one run of a job at a time, except for {@code allow}. */
  public static GateRule overlap() {
    return new GateRule(
        run ->
            policies(run).overlap() == Overlap.ALLOW
                ? Optional.empty()
                : Optional.of(run.job().id()),
        run -> 1,
        run ->
            switch (policies(run).overlap()) {
              case ALLOW -> WhenFull.WAIT;
              case SKIP -> WhenFull.SKIP;
              case QUEUE -> WhenFull.WAIT_ALONE;
              case REPLACE -> WhenFull.REPLACE;
            },
        false);
  }

  /** {@code CRON_GROUP}: as many concurrent runs of a group as its limit allows. */
  public static GateRule group() {
    return new GateRule(
        run -> policies(run).group().map(Policies.Group::name),
        run -> policies(run).group().map(Policies.Group::limit).orElse(1),
        run -> WhenFull.WAIT,
        false);
  }

  /**
   * At most {@code limit} processes are being started, each on a thread of its own. Messages are
   * not counted, as one whose receiver does not respond would delay processes.
   */
  public static GateRule starting(int limit) {
    return new GateRule(
        run -> run.job().endpoint() ? Optional.empty() : Optional.of(""),
        run -> limit,
        run -> WhenFull.WAIT,
        true);
  }

  /** At most {@code limit} runs of all jobs. */
  public static GateRule all(int limit) {
    return new GateRule(run -> Optional.of(""), run -> limit, run -> WhenFull.WAIT, false);
  }

  Optional<String> kind(Run run) {
    return kindOf.apply(run);
  }

  int limit(Run run) {
    return limitOf.applyAsInt(run);
  }

  WhenFull whenFull(Run run) {
    return fullOf.apply(run);
  }

  private static Policies policies(Run run) {
    return run.job().policies();
  }
}
