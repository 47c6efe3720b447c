// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelcrond.schedule.WallClock.Stretch;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.List;
import org.junit.jupiter.api.Test;

class WallClockTest {
  private static final ZoneOffset TWO = ZoneOffset.ofHours(2);
  private static final ZoneOffset ONE = ZoneOffset.ofHours(1);

  @Test
  void isOneStretchWithoutClockChanges() {
    Stretch stretch = new WallClock(ZoneRules.of(ONE)).at(0);

    assertThat(stretch)
        .isEqualTo(new Stretch(Long.MIN_VALUE, Long.MAX_VALUE, 3600, Long.MIN_VALUE));
    assertThat(stretch.afterGap()).isFalse();
    assertThat(stretch.wallEnd()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void remembersWhatWasShownOverSeveralChangesOfOneDay() {
    ZoneOffsetTransition backTwice = change("2030-05-01T12:00", TWO, ZoneOffset.UTC);
    ZoneOffsetTransition forward = change("2030-05-01T10:30", ZoneOffset.UTC, ONE);
    WallClock clock = new WallClock(rules(backTwice, forward));

    Stretch between = clock.at(backTwice.toEpochSecond());
    Stretch last = clock.at(forward.toEpochSecond());

    assertThat(between.shown()).isEqualTo(wall("2030-05-01T12:00"));
    assertThat(between.afterGap()).isFalse();
    // 10:30 to 11:30 was skipped, but had been shown before the clock was set back.
    assertThat(last.wallStart()).isEqualTo(wall("2030-05-01T11:30"));
    assertThat(last.shown()).isEqualTo(wall("2030-05-01T12:00"));
    assertThat(last.afterGap()).isFalse();
  }

  @Test
  void knowsWhatWasSkipped() {
    ZoneOffsetTransition forward = change("2030-05-01T02:00", ONE, TWO);

    Stretch stretch = new WallClock(rules(forward)).at(forward.toEpochSecond() + 5);

    assertThat(stretch.afterGap()).isTrue();
    assertThat(stretch.shown()).isEqualTo(wall("2030-05-01T02:00"));
    assertThat(stretch.wallStart()).isEqualTo(wall("2030-05-01T03:00"));
  }

  private static ZoneOffsetTransition change(String wall, ZoneOffset before, ZoneOffset after) {
    return ZoneOffsetTransition.of(LocalDateTime.parse(wall), before, after);
  }

  private static ZoneRules rules(ZoneOffsetTransition... changes) {
    ZoneOffset first = changes[0].getOffsetBefore();
    return ZoneRules.of(first, first, List.of(), List.of(changes), List.of());
  }

  private static long wall(String time) {
    return LocalDateTime.parse(time).toEpochSecond(ZoneOffset.UTC);
  }
}
