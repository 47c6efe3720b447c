// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The daemon's settings: each key {@code crond.*} with its value in force. Made by {@link
 * SettingsLoader}, which rejects unknown keys; a value of the wrong form is rejected where it is
 * read.
 */
public final class Settings {
  private static final String TEMPORARY = "/tmp/camel-crond-";

  private final Path home;
  private final Path file;
  private final Map<String, String> values;
  private final List<String> warnings;

  Settings(Path home, Path file, Map<String, String> values, List<String> warnings) {
    this.home = home;
    this.file = file;
    this.values = new TreeMap<>(values);
    this.warnings = List.copyOf(warnings);
  }

  /** The directory that relative paths start at. */
  public Path home() {
    return home;
  }

  /** The {@code application.properties} that was read; need not exist. */
  public Path file() {
    return file;
  }

  /** Warnings about harmless mistakes, one sentence each. */
  public List<String> warnings() {
    return warnings;
  }

  /** The value of {@code key}, empty if it is unset or blank. */
  public Optional<String> find(String key) {
    return Optional.ofNullable(values.get(key)).map(String::strip).filter(v -> !v.isEmpty());
  }

  /**
   * The value of {@code key}.
   *
   * @throws SettingsException if it is unset or blank
   */
  public String text(String key) {
    return find(key).orElseThrow(() -> new SettingsException(key + " is not set"));
  }

  /**
   * The value of {@code key}, one of {@code allowed}.
   *
   * @throws SettingsException if it is another
   */
  public String oneOf(String key, String... allowed) {
    String value = text(key);
    if (Stream.of(allowed).noneMatch(value::equals)) {
      throw new SettingsException(
          key + " = " + value + " is not supported, use " + String.join(" or ", allowed));
    }
    return value;
  }

  /** The value of {@code key}, {@code true} or {@code false}. */
  public boolean flag(String key) {
    return oneOf(key, "true", "false").equals("true");
  }

  /**
   * The value of {@code key} as a whole number.
   *
   * @throws SettingsException if it is invalid or outside {@code min} to {@code max}
   */
  public int number(String key, int min, int max) {
    String value = text(key);
    try {
      int number = Integer.parseInt(value);
      if (number >= min && number <= max) {
        return number;
      }
    } catch (NumberFormatException e) {
      // said below, with the range
    }
    throw new SettingsException(
        key + " = " + value + " is out of range, use " + min + " to " + max);
  }

  /**
   * The value of {@code key} as a duration such as {@code 250ms}, {@code 10s} or {@code 1h30m}.
   *
   * @throws SettingsException if it is invalid or outside {@code min} to {@code max}
   */
  public Duration duration(String key, Duration min, Duration max) {
    String value = text(key);
    Duration duration =
        Durations.parse(value)
            .orElseThrow(
                () ->
                    new SettingsException(
                        key
                            + " = "
                            + value
                            + " is not a duration, use e.g. 250ms, 10s, 5m, 1h30m"));
    if (duration.compareTo(min) < 0 || duration.compareTo(max) > 0) {
      throw new SettingsException(
          String.format(
              "%s = %s is out of range, use %s to %s",
              key, value, Durations.format(min), Durations.format(max)));
    }
    return duration;
  }

  /**
   * The value of {@code key} in bytes: a number, optionally with {@code KB}, {@code MB} or {@code
   * GB} (powers of 1024).
   *
   * @throws SettingsException if it is invalid or outside {@code min} to {@code max}
   */
  public long bytes(String key, long min, long max) {
    String value = text(key);
    long bytes = Sizes.parse(value);
    if (bytes < min || bytes > max) {
      throw new SettingsException(
          String.format(
              "%s = %s is not a size in range, use %s to %s, e.g. 512KB or 1MB",
              key, value, Sizes.format(min), Sizes.format(max)));
    }
    return bytes;
  }

  /** The value of {@code key} as a path; a relative one starts at {@link #home()}. */
  public Path path(String key) {
    return home.resolve(text(key)).normalize();
  }

  /** Whether the store is Redis, not the embedded one. */
  public boolean usesRedis() {
    return oneOf("crond.store", "file", "redis").equals("redis");
  }

  /** Whether a RabbitMQ broker is configured. */
  public boolean usesRabbitMq() {
    return find("crond.rabbitmq.url").isPresent();
  }

  /** Time within which Redis must accept a connection or respond. */
  public Duration redisTimeout() {
    return duration("crond.redis.timeout", Duration.ofMillis(100), Duration.ofMinutes(1));
  }

  /** Folder for the embedded store, the journal and the spool. */
  public Path storeDir() {
    return home.resolve(find("crond.store.dir").orElseGet(Settings::defaultStoreDir)).normalize();
  }

  /** The temporary folder that keeps the state, if the user has no home folder. */
  public Optional<Path> temporaryStoreDir() {
    boolean temporary =
        find("crond.store.dir").isEmpty() && defaultStoreDir().startsWith(TEMPORARY);
    return temporary ? Optional.of(storeDir()) : Optional.empty();
  }

  private static String defaultStoreDir() {
    if ("root".equals(System.getProperty("user.name"))) {
      return "/var/lib/camel-crond";
    }
    String userHome = System.getProperty("user.home", "");
    // A uid without passwd entry has the home "?".
    return userHome.startsWith("/") && !userHome.equals("/")
        ? userHome + "/.local/state/camel-crond"
        : TEMPORARY + System.getProperty("user.name", "nobody").replace('?', 'x');
  }

  /** All values, for {@code {{crond.…}}} in the routes. */
  public Properties asProperties() {
    Properties all = new Properties();
    all.putAll(values);
    return all;
  }

  /** These settings with {@code key} set to {@code value}; {@code key} need not be a known one. */
  public Settings with(String key, String value) {
    Map<String, String> changed = new TreeMap<>(values);
    changed.put(key, value);
    return new Settings(home, file, changed, warnings);
  }
}
