// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TimeZone;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SystemZoneTest {
  private final TimeZone before = TimeZone.getDefault();
  @TempDir private Path etc;

  @AfterEach
  void restore() {
    TimeZone.setDefault(before);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "UTC", "Europe/Berlin", ":Europe/Berlin", "/usr/share/zoneinfo/Asia/Tokyo"})
  void hasNothingToSayAboutAZone(String tz) {
    assertThat(SystemZone.settle(tz, etc)).isEmpty();
    assertThat(TimeZone.getDefault()).isEqualTo(before);
  }

  @Test
  void takesTheSystemsZoneInsteadOfNone() throws IOException {
    Files.writeString(etc.resolve("timezone"), "Asia/Tokyo\n");

    assertThat(SystemZone.settle("Mars/Phobos", etc))
        .contains(
            "TZ = Mars/Phobos is not a known time zone, using the system time zone:"
                + " Asia/Tokyo");
    assertThat(TimeZone.getDefault().getID()).isEqualTo("Asia/Tokyo");
  }

  @Test
  void takesUtcWhereTheSystemHasNone() {
    assertThat(SystemZone.settle("Mars/Phobos", etc))
        .contains("TZ = Mars/Phobos is not a known time zone, using the system time zone: UTC");
  }
}
