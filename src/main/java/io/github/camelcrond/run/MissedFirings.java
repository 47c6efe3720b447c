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
 * @param count their number; 1,000 means 1,000 or more
 * @param first the instant of the first
 * @param last the instant of the last
 */
public record MissedFirings(int count, Instant first, Instant last) {
  private static final int COUNTED = 1_000;
  private static final Pattern TEXT =
      Pattern.compile("(\\d+)(?: or more)? firings? missed, first (\\S+Z), last (\\S+?Z)");

  /**
   * The firings of {@code schedule} after {@code after} and not after {@code end}; empty if there
   * are none.
   */
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

  /** The missed firings that the reason of a record states. */
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

  /**
   * The text for the reason of a record, which accounts for all instants of the schedule in this
   * range.
   */
  @Override
  public String toString() {
    String firings =
        count == 1 ? "1 firing" : (count == COUNTED ? count + " or more" : count) + " firings";
    return firings + " missed, first " + first + ", last " + last;
  }
}
