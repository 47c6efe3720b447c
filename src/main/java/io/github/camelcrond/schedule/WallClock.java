// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.schedule;

import java.time.Instant;
import java.time.ZoneId;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The local time of a zone, as stretches of time without a clock change. */
final class WallClock {
  private static final Map<ZoneId, WallClock> CLOCKS = new ConcurrentHashMap<>();

  /** No offset exceeds 18 hours, so an earlier change no longer matters after twice that. */
  private static final long MEMORY = 2 * 18 * 3600;

  private final ZoneRules rules;
  private final long regularFrom;

  /** The stretch used last, as a cache; a race costs only time. */
  private volatile Stretch latest;

  WallClock(ZoneRules rules) {
    this.rules = rules;
    List<ZoneOffsetTransition> irregular = rules.getTransitions();
    this.regularFrom =
        irregular.isEmpty() ? 0 : irregular.get(irregular.size() - 1).toEpochSecond();
    this.latest = stretch(0);
  }

  /**
   * The time between two clock changes. All values are in seconds since 1970: {@code start} and
   * {@code end} in UTC, {@code shown} in wall time.
   *
   * @param start first second; {@link Long#MIN_VALUE} before the first change
   * @param end first second of the next stretch; {@link Long#MAX_VALUE} after the last change
   * @param offset wall time minus UTC, in seconds
   * @param shown the latest wall time before this stretch, exclusive: earlier times are repeated,
   *     times between it and the start of this stretch are skipped
   */
  record Stretch(long start, long end, int offset, long shown) {

    /** Wall time at the start, in seconds; only for a stretch that has a start. */
    long wallStart() {
      return start + offset;
    }

    /** Wall time at the end, exclusive, in seconds. */
    long wallEnd() {
      return end == Long.MAX_VALUE ? Long.MAX_VALUE : end + offset;
    }

    /** Whether a gap in wall time precedes this stretch. */
    boolean afterGap() {
      return start != Long.MIN_VALUE && shown < wallStart();
    }
  }

  /** The clock of {@code zone}, shared by all its schedules. */
  static WallClock of(ZoneId zone) {
    return CLOCKS.computeIfAbsent(zone, id -> new WallClock(id.getRules()));
  }

  /** The second since 1970 from which on clock changes follow the same rules each year. */
  long regularFrom() {
    return regularFrom;
  }

  /** The stretch that holds the given second since 1970. */
  Stretch at(long second) {
    Stretch known = latest;
    if (known.start <= second && second < known.end) {
      return known;
    }
    Stretch found = stretch(second);
    latest = found;
    return found;
  }

  private Stretch stretch(long second) {
    Instant instant = Instant.ofEpochSecond(second);
    ZoneOffsetTransition next = rules.nextTransition(instant);
    ZoneOffsetTransition previous = rules.previousTransition(instant.plusSeconds(1));
    long end = next == null ? Long.MAX_VALUE : next.toEpochSecond();
    int offset = rules.getOffset(instant).getTotalSeconds();
    if (previous == null) {
      return new Stretch(Long.MIN_VALUE, end, offset, Long.MIN_VALUE);
    }
    long start = previous.toEpochSecond();
    return new Stretch(start, end, offset, shownBefore(previous));
  }

  private long shownBefore(ZoneOffsetTransition change) {
    long start = change.toEpochSecond();
    long shown = Long.MIN_VALUE;
    ZoneOffsetTransition earlier = change;
    while (earlier != null && earlier.toEpochSecond() > start - MEMORY) {
      shown =
          Math.max(shown, earlier.toEpochSecond() + earlier.getOffsetBefore().getTotalSeconds());
      earlier = rules.previousTransition(earlier.getInstant());
    }
    return shown;
  }
}
