// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class AheadTest {
  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
  private static final Clock STANDS = Clock.fixed(NOW, ZoneOffset.UTC);

  @Test
  void waitsForTheInstant() {
    Clock clock = Clock.systemUTC();
    Instant instant = clock.instant().plusMillis(10);
    Ahead.await(clock, instant);
    assertThat(clock.instant()).isAfterOrEqualTo(instant);
  }

  @Test
  void anInstantThatIsPastIsNotWaitedFor() {
    Thread.currentThread().interrupt();
    Ahead.await(STANDS, NOW);
    assertThat(Thread.interrupted()).as("left as it was").isTrue();
  }

  @Test
  void aClockThatStandsIsWaitedForAMomentOnly() {
    long before = System.nanoTime();
    Ahead.await(STANDS, NOW.plus(Ahead.BY));
    assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThanOrEqualTo(Ahead.BY);
  }

  @Test
  void aClockThatIsFarBehindIsNotWaitedFor() {
    Instant farAhead = NOW.plus(Duration.ofDays(365_000));
    for (int i = 0; i < 10_000; i++) {
      Ahead.await(STANDS, farAhead);
    }
  }

  @Test
  void anInterruptEndsTheWait() {
    Thread.currentThread().interrupt();
    Ahead.await(Clock.systemUTC(), Instant.now().plus(Ahead.BY));
    assertThat(Thread.interrupted()).isTrue();
  }
}
