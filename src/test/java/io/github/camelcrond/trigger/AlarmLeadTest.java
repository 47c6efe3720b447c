// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.trigger;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class AlarmLeadTest {
  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
  private static final Clock STANDS = Clock.fixed(NOW, ZoneOffset.UTC);

  @Test
  void waitsForTheInstant() {
    Clock clock = Clock.systemUTC();
    Instant instant = clock.instant().plusMillis(10);
    AlarmLead.await(clock, instant);
    assertThat(clock.instant()).isAfterOrEqualTo(instant);
  }

  @Test
  void anInstantThatIsPastIsNotWaitedFor() {
    Thread.currentThread().interrupt();
    AlarmLead.await(STANDS, NOW);
    assertThat(Thread.interrupted()).as("left as it was").isTrue();
  }

  @Test
  void aClockThatStandsIsWaitedForAMomentOnly() {
    long before = System.nanoTime();
    AlarmLead.await(STANDS, NOW.plus(AlarmLead.BY));
    assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThanOrEqualTo(AlarmLead.BY);
  }

  @Test
  void aClockThatIsFarBehindIsNotWaitedFor() {
    Instant farAhead = NOW.plus(Duration.ofDays(365_000));
    for (int i = 0; i < 10_000; i++) {
      AlarmLead.await(STANDS, farAhead);
    }
  }

  @Test
  void anInterruptEndsTheWait() {
    Thread.currentThread().interrupt();
    AlarmLead.await(Clock.systemUTC(), Instant.now().plus(AlarmLead.BY));
    assertThat(Thread.interrupted()).isTrue();
  }
}
