// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TimeZone;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SystemZoneTest {
  private static final Path ZONES = Path.of("/usr/share/zoneinfo");
  private static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");
  private static final Instant WINTER = Instant.parse("2026-12-01T00:00:00Z");

  private final TimeZone before = TimeZone.getDefault();
  @TempDir private Path folder;
  private Path localtime;

  @BeforeEach
  void needsTzdata() {
    assumeThat(ZONES.resolve("Europe/Berlin")).exists();
    localtime = folder.resolve("localtime");
  }

  @AfterEach
  void restore() {
    TimeZone.setDefault(before);
  }

  private SystemZone find(String tz) {
    return SystemZone.find(Optional.of(tz), localtime, ZONES, NOW);
  }

  private SystemZone ofSystem() {
    return SystemZone.find(Optional.empty(), localtime, ZONES, NOW);
  }

  @ParameterizedTest
  @CsvSource({
    "UTC, UTC",
    "Europe/Berlin, Europe/Berlin",
    ":Europe/Berlin, Europe/Berlin",
    "/usr/share/zoneinfo/Asia/Tokyo, Asia/Tokyo",
    "'', UTC",
    "UTC0, Z",
    "<+0330>-3:30, +03:30"
  })
  void takesTheZoneOfTz(String tz, String zone) {
    assertThat(find(tz)).isEqualTo(new SystemZone(ZoneId.of(zone), "TZ", Optional.empty()));
  }

  @Test
  void readsTheFormOfPosix() {
    ZoneId zone = find("CET-1CEST,M3.5.0,M10.5.0/3").zone();

    assertThat(ZoneFile.agree(zone.getRules(), ZoneId.of("Europe/Berlin").getRules(), NOW))
        .isTrue();
  }

  @Test
  void takesUtcWhereTzIsUnknownAsTheCLibraryDoes() throws IOException {
    Files.createSymbolicLink(localtime, ZONES.resolve("Asia/Tokyo"));

    assertThat(find("Mars/Phobos"))
        .isEqualTo(
            new SystemZone(
                ZoneId.of("UTC"),
                "default",
                Optional.of("TZ = Mars/Phobos is not a known zone, UTC is used")));
  }

  @Test
  void warnsIfJobsDoNotHaveTheZoneFile() {
    assertThat(SystemZone.find(Optional.of("Europe/Berlin"), localtime, folder, NOW))
        .returns(ZoneId.of("Europe/Berlin"), SystemZone::zone)
        .extracting(zone -> zone.warning().orElse(""))
        .asString()
        .startsWith("TZ = Europe/Berlin is not in " + folder)
        .endsWith("install tzdata");
    assertThat(SystemZone.find(Optional.of("Etc/UTC"), localtime, folder, NOW).warning()).isEmpty();
  }

  @Test
  void takesUtcWithoutTzAndLocaltime() {
    assertThat(ofSystem()).isEqualTo(new SystemZone(ZoneId.of("UTC"), "default", Optional.empty()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Etc/UTC", "Europe/Berlin", "America/New_York", "Africa/Casablanca"})
  void takesTheNameOfALink(String name) throws IOException {
    Files.createSymbolicLink(localtime, ZONES.resolve(name));

    assertThat(ofSystem())
        .isEqualTo(new SystemZone(ZoneId.of(name), localtime.toString(), Optional.empty()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata"})
  void findsTheNameOfAFileByItsContent(String name) throws IOException {
    Files.copy(ZONES.resolve(name), localtime);

    assertThat(ofSystem().zone()).isEqualTo(ZoneId.of(name));
  }

  @Test
  void doesNotTrustTheNameOfALinkWhoseFileHasAnotherContent() throws IOException {
    Path utc = Files.createDirectories(folder.resolve("zoneinfo/Etc")).resolve("UTC");
    Files.copy(ZONES.resolve("Europe/Berlin"), utc);
    Files.createSymbolicLink(localtime, utc);

    assertThat(ofSystem().zone()).isEqualTo(ZoneId.of("Europe/Berlin"));
    assertThat(
            SystemZone.find(Optional.empty(), localtime, utc.getParent().getParent(), NOW).zone())
        .isEqualTo(ZoneId.of(SystemZone.UNNAMED));
  }

  @Test
  void usesTheRulesOfAFileWithoutName() throws IOException {
    Files.copy(ZONES.resolve("Europe/Berlin"), localtime);
    SystemZone found = SystemZone.find(Optional.empty(), localtime, folder, NOW);

    assertThat(found.zone().getId()).isEqualTo(SystemZone.UNNAMED);
    assertThat(found.zone().getRules().getOffset(NOW)).isEqualTo(ZoneOffset.ofHours(2));
    assertThat(found.zone().getRules().getOffset(WINTER)).isEqualTo(ZoneOffset.ofHours(1));
  }

  @Test
  void rulesWithoutNameBecomeTheDefaultOfTheProcess() {
    SystemZone found = SystemZone.settle(Map.of("TZ", "AAA-5BBB,M3.5.0,M10.5.0"), "");

    assertThat(SystemZone.current()).isEqualTo(found);
    assertThat(ZoneId.systemDefault().getRules().getOffset(NOW)).isEqualTo(ZoneOffset.ofHours(6));
    assertThat(ZoneId.systemDefault().getRules().getOffset(WINTER))
        .isEqualTo(ZoneOffset.ofHours(5));
  }

  @Test
  void reportsALocaltimeThatIsNoZoneFile() throws IOException {
    Files.writeString(localtime, "Europe/Berlin");

    assertThat(ofSystem().warning()).contains(localtime + " is not a time zone file, UTC is used");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3, 43, 44, 100, 700})
  void aCutFileIsNoZoneFile(int length) throws IOException {
    byte[] file = Files.readAllBytes(ZONES.resolve("America/New_York"));

    assertThatThrownBy(() -> ZoneFile.rules(Arrays.copyOf(file, length)))
        .isInstanceOf(IOException.class);
  }

  @Test
  void readsAllZoneFilesAsTheJavaRuntimeDoes() throws IOException {
    // Zones whose newest rules one of both may lack.
    for (String name :
        List.of(
            "Africa/Casablanca",
            "America/Nuuk",
            "Asia/Gaza",
            "Asia/Jerusalem",
            "America/Santiago",
            "Australia/Lord_Howe",
            "Antarctica/Troll",
            "Pacific/Apia",
            "Europe/Dublin")) {
      ZoneId zone = ZoneId.of(name);
      assertThat(
              ZoneFile.agree(
                  ZoneFile.rules(Files.readAllBytes(ZONES.resolve(name))), zone.getRules(), NOW))
          .as(name)
          .isTrue();
    }
  }

  @Test
  void reportsZoneFilesThatDifferFromTheJavaRuntime() throws IOException {
    Files.createDirectories(folder.resolve("Europe"));
    Files.copy(ZONES.resolve("Europe/London"), folder.resolve("Europe/Berlin"));

    assertThat(find("Europe/Berlin").difference(ZONES, NOW)).isEmpty();
    assertThat(find("Europe/Berlin").difference(folder, NOW)).isPresent();
  }
}
