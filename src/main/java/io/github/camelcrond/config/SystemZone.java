// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.Optional;
import java.util.TimeZone;

/** The time zone of the process: {@code TZ}, or else the system time zone. */
public final class SystemZone {
  private static final String ZONES = "zoneinfo/";

  private SystemZone() {}

  /**
   * Makes the system's zone the default if {@code tz} names none: the Java runtime takes GMT then,
   * and says nothing.
   *
   * @param tz as in the environment, empty if unset
   * @param etc directory with {@code localtime}, a link, or {@code timezone}, a name
   * @return the error in {@code tz}; empty if it is valid
   */
  public static Optional<String> settle(String tz, Path etc) {
    String name = tz.startsWith(":") ? tz.substring(1) : tz;
    if (name.isBlank() || name.equals("/etc/localtime") || zone(name).isPresent()) {
      return Optional.empty();
    }
    ZoneId system = system(etc);
    TimeZone.setDefault(TimeZone.getTimeZone(system));
    return Optional.of(
        "TZ = " + tz + " is not a known time zone, using the system time zone: " + system);
  }

  private static ZoneId system(Path etc) {
    try {
      Optional<ZoneId> link = zone(etc.resolve("localtime").toRealPath().toString());
      return link.or(() -> named(etc.resolve("timezone"))).orElse(ZoneId.of("UTC"));
    } catch (IOException e) {
      return named(etc.resolve("timezone")).orElse(ZoneId.of("UTC"));
    }
  }

  private static Optional<ZoneId> named(Path file) {
    try {
      return zone(Files.readString(file).strip());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static Optional<ZoneId> zone(String name) {
    int folder = name.lastIndexOf(ZONES);
    try {
      return Optional.of(ZoneId.of(folder < 0 ? name : name.substring(folder + ZONES.length())));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
