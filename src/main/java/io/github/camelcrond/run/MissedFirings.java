// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.run;

import io.github.camelcrond.schedule.Schedule;
import io.github.camelcrond.trigger.PassedFirings;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Firings of a job that lead to no run of their own.
 *
 * @param count the number of firings; 1,000 means 1,000 or more
 */
public record MissedFirings(int count, Instant first, Instant last) {
  private static final int COUNTED = 1_000;
  private static final Pattern TEXT =
      Pattern.compile("(\\d+)(?: or more)? firings? missed, first (\\S+Z), last (\\S+?Z)");

  /** Those of {@code schedule} after {@code after} and not after {@code end}. */
  public static Optional<MissedFirings> between(Schedule schedule, Instant after, Instant end) {
    return schedule
        .next(after)
        .filter(first -> !first.isAfter(end))
        .map(
            first -> {
              PassedFirings passed = PassedFirings.since(first, schedule, end, COUNTED - 1);
              return new MissedFirings(passed.before() + 1, first, passed.last());
            });
  }

  /** Those that a record's reason states. */
  static List<MissedFirings> in(String reason) {
    return TEXT.matcher(reason)
        .results()
        .map(
            text ->
                new MissedFirings(
                    Integer.parseInt(text.group(1)),
                    Instant.parse(text.group(2)),
                    Instant.parse(text.group(3))))
        .toList();
  }

  /** As part of a record's reason; the instants of the schedule in this range are accounted for. */
  @Override
  public String toString() {
    String firings =
        count == 1 ? "1 firing" : (count == COUNTED ? count + " or more" : count) + " firings";
    return firings + " missed, first " + first + ", last " + last;
  }
}
