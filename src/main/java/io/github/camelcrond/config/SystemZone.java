// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.config;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.zone.ZoneRules;
import java.time.zone.ZoneRulesProvider;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.SimpleTimeZone;
import java.util.TimeZone;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The zone of the process, found as the C library finds it, so that {@code date} in a job agrees:
 * that of {@code TZ}, else the content of {@code /etc/localtime}, else UTC. The Java runtime alone
 * takes the name in a link, whatever the file behind it has in it.
 *
 * @param zone of schedules and of the log
 * @param source where it came from: {@code TZ}, a file, or {@code default}
 * @param warning why programs in jobs may have another, or why {@code TZ} has no effect
 */
public record SystemZone(ZoneId zone, String source, Optional<String> warning) {
  /** The name of rules that have no other, by which glibc finds the same file. */
  static final String UNNAMED = "localtime";

  private static final String ZONES = "zoneinfo/";
  private static final ZoneId UTC = ZoneId.of("UTC");
  private static final String LOCALTIME = "/etc/localtime";

  private static volatile SystemZone current = new SystemZone(UTC, "default", Optional.empty());

  /** The zone of this process. */
  public static SystemZone current() {
    return current;
  }

  /**
   * Determines the zone from {@code environment} and the files of the system, and makes it that of
   * the process.
   *
   * @param option the Java option {@code user.timezone}, which overrides both; blank if it is not
   *     set
   */
  public static SystemZone settle(Map<String, String> environment, String option) {
    SystemZone found =
        option.isBlank()
            ? find(
                Optional.ofNullable(environment.get("TZ")),
                Path.of(LOCALTIME),
                folder(environment),
                Instant.now())
            : new SystemZone(ZoneId.systemDefault(), "user.timezone", Optional.empty());
    TimeZone.setDefault(timeZone(found.zone));
    current = found;
    return found;
  }

  /**
   * The zone of a process.
   *
   * @param tz as in the environment; empty if unset
   * @param localtime the system's zone file
   * @param zones folder of the zone files
   */
  static SystemZone find(Optional<String> tz, Path localtime, Path zones, Instant now) {
    String name = tz.map(t -> t.startsWith(":") ? t.substring(1) : t).orElse(LOCALTIME);
    if (name.equals(LOCALTIME) || name.equals(UNNAMED)) {
      return ofFile(localtime, zones, now)
          .orElseGet(() -> new SystemZone(UTC, "default", missing(localtime)));
    }
    if (name.isBlank()) {
      return new SystemZone(UTC, "TZ", Optional.empty());
    }
    return name.startsWith("/") ? ofPath(name, zones, now) : ofName(name, zones, now);
  }

  private static Optional<String> missing(Path localtime) {
    return Files.exists(localtime)
        ? Optional.of(localtime + " is not a time zone file, UTC is used")
        : Optional.empty();
  }

  private static SystemZone ofPath(String path, Path zones, Instant now) {
    return ofFile(Path.of(path), zones, now)
        .map(found -> new SystemZone(found.zone, "TZ", found.warning))
        .orElseGet(
            () -> ofName(path.substring(path.lastIndexOf(ZONES) + ZONES.length()), zones, now));
  }

  /** The zone that TZ names: a zone file, else rules. The usual case reads no file. */
  private static SystemZone ofName(String name, Path zones, Instant now) {
    Optional<ZoneId> known = known(name);
    if (known.isPresent()) {
      boolean file = Files.exists(zones.resolve(name));
      boolean differs = !file && !ZoneFile.agree(known.get().getRules(), UTC.getRules(), now);
      return new SystemZone(
          known.get(),
          "TZ",
          differs
              ? Optional.of(
                  "TZ = "
                      + name
                      + " is not in "
                      + zones
                      + ", so date and other programs in jobs use UTC; install tzdata")
              : Optional.empty());
    }
    try {
      return new SystemZone(unnamed(PosixZone.of(name).rules()), "TZ", Optional.empty());
    } catch (IllegalArgumentException | DateTimeException e) {
      Path file = zones.resolve(name);
      return ofFile(file, zones, now)
          .map(found -> new SystemZone(found.zone, "TZ", found.warning))
          .orElseGet(
              () ->
                  new SystemZone(
                      UTC,
                      "default",
                      Optional.of("TZ = " + name + " is not a known zone, UTC is used")));
    }
  }

  /** The zone of the content of {@code file}; empty if it is not a zone file. */
  private static Optional<SystemZone> ofFile(Path file, Path zones, Instant now) {
    try {
      Path real = file.toRealPath();
      byte[] content = Files.readAllBytes(real);
      ZoneRules rules = ZoneFile.rules(content);
      Optional<ZoneId> linked =
          real.toString().contains(ZONES) ? known(real.toString()) : Optional.empty();
      Optional<ZoneId> named = linked.filter(zone -> ZoneFile.agree(zone.getRules(), rules, now));
      ZoneId zone =
          named.or(() -> byContent(content, rules, zones, now)).orElseGet(() -> unnamed(rules));
      return Optional.of(new SystemZone(zone, file.toString(), Optional.empty()));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Several zones have the same file; one that the database itself lists is preferred. */
  private static Optional<ZoneId> byContent(
      byte[] content, ZoneRules rules, Path zones, Instant now) {
    NavigableMap<String, ZoneId> same = new TreeMap<>();
    try (Stream<Path> files = Files.walk(zones)) {
      files
          .filter(file -> Files.isRegularFile(file) && hasContent(file, content))
          .map(file -> zones.relativize(file).toString())
          .forEach(
              name ->
                  known(name)
                      .filter(zone -> ZoneFile.agree(zone.getRules(), rules, now))
                      .ifPresent(zone -> same.put(name, zone)));
    } catch (IOException | UncheckedIOException e) {
      return Optional.empty();
    }
    if (same.containsKey("UTC")) {
      return Optional.of(UTC);
    }
    return listed(zones).stream()
        .filter(same::containsKey)
        .findFirst()
        .or(() -> same.keySet().stream().findFirst())
        .map(same::get);
  }

  /**
   * A warning if the zone file, which programs in jobs use, gives other times than the rules of the
   * Java runtime, so that one of them is out of date. Reads a file.
   */
  public Optional<String> difference() {
    return difference(folder(System.getenv()), Instant.now());
  }

  Optional<String> difference(Path zones, Instant now) {
    Path file = zones.resolve(zone.getId());
    try {
      boolean same = ZoneFile.agree(ZoneFile.rules(Files.readAllBytes(file)), zone.getRules(), now);
      return same
          ? Optional.empty()
          : Optional.of(
              file
                  + " has other rules than the Java runtime, so schedules and the output of date"
                  + " in jobs differ; update the older of tzdata and Java");
    } catch (IOException e) {
      // Reported at the start if it matters.
      return Optional.empty();
    }
  }

  private static Path folder(Map<String, String> environment) {
    return Path.of(environment.getOrDefault("TZDIR", "/usr/share/zoneinfo"));
  }

  private static boolean hasContent(Path file, byte[] content) {
    try {
      return Files.size(file) == content.length && Arrays.equals(Files.readAllBytes(file), content);
    } catch (IOException e) {
      return false;
    }
  }

  private static List<String> listed(Path zones) {
    try {
      return Files.readAllLines(zones.resolve("zone1970.tab")).stream()
          .filter(line -> !line.startsWith("#"))
          .map(line -> line.split("\t"))
          .filter(fields -> fields.length > 2)
          .map(fields -> fields[2])
          .toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  private static ZoneId unnamed(ZoneRules rules) {
    if (rules.isFixedOffset()) {
      return rules.getOffset(Instant.EPOCH);
    }
    Unnamed.provide(rules);
    return ZoneId.of(UNNAMED);
  }

  private static Optional<ZoneId> known(String name) {
    int folder = name.lastIndexOf(ZONES);
    try {
      return Optional.of(ZoneId.of(folder < 0 ? name : name.substring(folder + ZONES.length())));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  /**
   * The zone as the older class TimeZone, which knows rules by name only and asks java.time for
   * them.
   */
  private static TimeZone timeZone(ZoneId zone) {
    int now = zone.getRules().getOffset(Instant.now()).getTotalSeconds();
    return zone.getId().equals(UNNAMED)
        ? new SimpleTimeZone(now * 1000, UNNAMED)
        : TimeZone.getTimeZone(zone);
  }

  /** Makes the rules of a zone file known to java.time. */
  private static final class Unnamed extends ZoneRulesProvider {
    private static volatile ZoneRules rules;

    static synchronized void provide(ZoneRules given) {
      boolean first = rules == null;
      rules = given;
      if (first) {
        ZoneRulesProvider.registerProvider(new Unnamed());
      }
    }

    @Override
    protected Set<String> provideZoneIds() {
      return Set.of(UNNAMED);
    }

    @Override
    protected ZoneRules provideRules(String zoneId, boolean forCaching) {
      return rules;
    }

    @Override
    protected NavigableMap<String, ZoneRules> provideVersions(String zoneId) {
      return new TreeMap<>(Map.of(UNNAMED, rules));
    }
  }
}
