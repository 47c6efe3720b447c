// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cluster;

import io.github.camelcrond.crontab.Policies;
import io.github.camelcrond.crontab.Policies.Scope;
import io.github.camelcrond.run.GateRule;
import io.github.camelcrond.run.Run;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What only so many runs of a cluster have at a time: a job ({@code CRON_OVERLAP}) or a group
 * ({@code CRON_GROUP}).
 *
 * @param name {@code job:ID} or {@code group:NAME}
 * @param limit the maximum number of runs inside
 * @param whenFull what a run does that arrives when the place is full
 */
record Place(String name, int limit, GateRule.WhenFull whenFull) {

  /** The places that {@code run} needs, in the order in which it takes them. */
  static List<Place> of(Run run) {
    Policies policies = run.job().policies();
    boolean local = policies.scope() == Scope.REPLICA || policies.onEach();
    // A run of @reboot is one of its container.
    if (local || run.cause() == Run.Cause.REBOOT) {
      return List.of();
    }
    return Stream.of(of("job", GateRule.overlap(), run), of("group", GateRule.group(), run))
        .flatMap(Optional::stream)
        .toList();
  }

  private static Optional<Place> of(String kind, GateRule rule, Run run) {
    return rule.kindOf()
        .apply(run)
        .map(
            name ->
                new Place(
                    kind + ":" + name, rule.limitOf().applyAsInt(run), rule.fullOf().apply(run)));
  }
}
