// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.Optional;
import java.util.TimeZone;

/** The zone of the process: that of {@code TZ}, else the system's. */
public final class SystemZone {
  private static final String ZONES = "zoneinfo/";

  private SystemZone() {}

  /**
   * Makes the system's zone the default if {@code tz} names none: the Java runtime takes GMT then,
   * and says nothing.
   *
   * @param tz as in the environment, empty if unset
   * @param etc folder with {@code localtime}, a link, or {@code timezone}, a name
   * @return what is wrong with {@code tz}; empty if nothing is
   */
  public static Optional<String> settle(String tz, Path etc) {
    String name = tz.startsWith(":") ? tz.substring(1) : tz;
    if (name.isBlank() || name.equals("/etc/localtime") || zone(name).isPresent()) {
      return Optional.empty();
    }
    ZoneId system = system(etc);
    TimeZone.setDefault(TimeZone.getTimeZone(system));
    return Optional.of("TZ = " + tz + " is no known zone, the system's is used: " + system);
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
