// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.schedule;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/**
 * Cronie's main loop, minute by minute, with the virtual clock by which it gets over clock changes.
 * Source: cron.c, "classify the change into one of 4 cases". For zones with offsets in whole
 * minutes.
 */
public final class CronieLoop {
  private static final int MEDIUM = 180;
  private static final int SMALL = 5;

  private final SlowSchedule schedule;
  private final ZoneId zone;
  private final Set<Instant> fired = new TreeSet<>();

  /** For the jobs of one schedule. */
  public CronieLoop(SlowSchedule schedule, ZoneId zone) {
    this.schedule = schedule;
    this.zone = zone;
  }

  /** Instants fired after {@code start} and up to {@code end}, both whole minutes. */
  Set<Instant> run(Instant start, Instant end) {
    return run(start, end, UnaryOperator.identity());
  }

  /**
   * The same with a clock that is wrong.
   *
   * @param shown what it shows at an instant, off by whole minutes
   */
  public Set<Instant> run(Instant start, Instant end, UnaryOperator<Instant> shown) {
    long virtual = wall(shown.apply(start));
    for (Instant now = start.plusSeconds(60); !now.isAfter(end); now = now.plusSeconds(60)) {
      long running = wall(shown.apply(now));
      long difference = running - virtual;
      if (difference > MEDIUM || difference < -MEDIUM) {
        virtual = running;
        fire(running, now, true, true);
      } else if (difference > SMALL) {
        fire(running, now, true, false);
        while (virtual < running) {
          fire(++virtual, now, false, true);
        }
      } else if (difference > 0) {
        while (virtual < running) {
          fire(++virtual, now, true, true);
        }
      } else {
        fire(running, now, true, false);
      }
    }
    return fired;
  }

  private void fire(long minute, Instant now, boolean wildcards, boolean fixedTimes) {
    LocalDateTime wall = LocalDateTime.ofEpochSecond(minute * 60, 0, ZoneOffset.UTC);
    if ((schedule.fixed() ? fixedTimes : wildcards) && schedule.allows(wall)) {
      fired.add(now);
    }
  }

  private long wall(Instant instant) {
    int offset = zone.getRules().getOffset(instant).getTotalSeconds();
    return Math.floorDiv(instant.getEpochSecond() + offset, 60);
  }
}
