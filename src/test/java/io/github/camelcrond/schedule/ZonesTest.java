// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ZonesTest {

  @ParameterizedTest
  @ValueSource(strings = {"Europe/Berlin", "UTC", "+05:30", "-06:00", "Z", "US/Eastern", "EST5EDT"})
  void takesNamesAndOffsets(String text) throws Exception {
    assertThat(Zones.of(text)).isEqualTo(ZoneId.of(text));
  }

  @Test
  void takesTheThreeOldNamesOfTheTzDatabase() throws Exception {
    assertThat(Zones.of("MST").getRules().isFixedOffset()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "Europe/Berln, Europe/Berlin",
    "europe/paris, Europe/Paris",
    "New_York, America/New_York"
  })
  void namesNearZones(String text, String near) {
    assertThatThrownBy(() -> Zones.of(text))
        .isInstanceOf(ScheduleException.class)
        .hasMessageStartingWith("zone " + text + " is unknown, did you mean ")
        .hasMessageContaining(near);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Mars/Phobos", "PST", "+99:00", "Europe/Berlin ", " ", "a\u0000b"})
  void refusesWhatIsNoZone(String text) {
    assertThatThrownBy(() -> Zones.of(text))
        .isInstanceOf(ScheduleException.class)
        .hasMessageContaining(" is unknown, did you mean ");
  }

  @Test
  void saysThatZoneIsEmpty() {
    assertThatThrownBy(() -> Zones.of("")).hasMessageStartingWith("zone is empty, did you mean ");
  }
}
