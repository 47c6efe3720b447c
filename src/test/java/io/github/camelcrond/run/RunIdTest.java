// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelcrond.schedule.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RunIdTest {
  private final SettableClock clock = new SettableClock(Instant.parse("2026-11-22T00:00:00Z"));
  private final RunId ids = new RunId(clock);

  @Test
  void beginsWithTheTimeInCrockfordsDigits() {
    assertThat(ids.next()).matches("[0-9A-HJKMNP-TV-Z]{26}").startsWith(base32(clock.millis()));
  }

  @Test
  void risesWithinAMillisecond() {
    List<String> made = Stream.generate(ids::next).limit(10_000).toList();
    assertThat(made).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void risesWithTheTime() {
    String before = ids.next();
    clock.pass(Duration.ofMillis(1));
    assertThat(ids.next()).isGreaterThan(before);
  }

  @Test
  void risesAlsoWhenTheClockIsSetBack() {
    String before = ids.next();
    clock.set(Duration.ofHours(-1));
    assertThat(ids.next()).isGreaterThan(before);
  }

  @Test
  void isNeverThatOfAnotherMaker() {
    assertThat(new RunId(clock).next()).isNotEqualTo(new RunId(clock).next());
  }

  private static String base32(long millis) {
    StringBuilder text = new StringBuilder();
    for (int shift = 45; shift >= 0; shift -= 5) {
      text.append("0123456789ABCDEFGHJKMNPQRSTVWXYZ".charAt((int) (millis >>> shift & 31)));
    }
    return text.toString();
  }
}
