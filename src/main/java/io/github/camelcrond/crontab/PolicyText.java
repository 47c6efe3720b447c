// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.crontab;

import io.github.camelcrond.config.Durations;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/** Parses the values of policy variables; the exceptions state the allowed values. */
final class PolicyText {
  private static final int MAX_GROUP_LIMIT = 100_000;
  private static final int MAX_NAME = 64;
  private static final Duration LONGEST = Duration.ofDays(3650);

  private PolicyText() {}

  static Duration duration(String name, String value) throws LineException {
    Optional<Duration> read = Durations.parse(value).filter(d -> d.toNanosPart() == 0);
    if (read.isEmpty()) {
      throw new LineException(
          0, name + " " + Characters.shown(value) + " is not a duration, use " + Durations.FORM);
    }
    if (read.get().compareTo(LONGEST) > 0) {
      throw new LineException(
          0, name + " " + Characters.shown(value) + " is too long, use at most 3650d");
    }
    return read.get();
  }

  /** A duration of at least 1s; empty for the word that stands for none. */
  static Optional<Duration> optionalDuration(String name, String value, String none)
      throws LineException {
    if (value.equalsIgnoreCase(none)) {
      return Optional.empty();
    }
    Duration duration = duration(name, value);
    if (duration.isZero()) {
      throw new LineException(0, name + " " + value + " is too short, use 1s or more, or " + none);
    }
    return Optional.of(duration);
  }

  static int number(String name, String value, int least, int most, String unit)
      throws LineException {
    boolean digits = !value.isEmpty() && value.chars().allMatch(c -> c >= '0' && c <= '9');
    String significant = value.replaceFirst("^0+(?=.)", "");
    if (!digits
        || significant.length() > 9
        || Integer.parseInt(significant) < least
        || Integer.parseInt(significant) > most) {
      String allowed = "use " + least + " to " + most + unit;
      throw new LineException(
          0, name + " " + Characters.shown(value) + " is not allowed, " + allowed);
    }
    return Integer.parseInt(significant);
  }

  /** A constant of an enum, written in lower case. */
  static <E extends Enum<E>> E word(String name, String value, Class<E> type) throws LineException {
    StringBuilder allowed = new StringBuilder();
    for (E constant : type.getEnumConstants()) {
      if (constant.name().equalsIgnoreCase(value)) {
        return constant;
      }
      allowed
          .append(allowed.isEmpty() ? "" : ", ")
          .append(constant.name().toLowerCase(Locale.ROOT));
    }
    throw new LineException(
        0, name + " " + Characters.shown(value) + " is not known, use one of " + allowed);
  }

  /**
   * Checks that {@code value} is a content type, such as {@code text/csv; charset=utf-8}.
   *
   * @throws LineException if it is not
   */
  static void contentType(String name, String value) throws LineException {
    if (!value.matches("[\\w.+-]{1,64}/[\\w.+-]{1,64}( *;[ -~]{1,128})?")) {
      throw new LineException(
          0, name + " " + Characters.shown(value) + " is not a content type, use e.g. text/csv");
    }
  }

  /** A group, written {@code name} or {@code name:limit}; without a limit, one run at a time. */
  static Policies.Group group(String value) throws LineException {
    int colon = value.indexOf(':');
    if (colon < 0) {
      return new Policies.Group(plainName("CRON_GROUP", value), 1);
    }
    String name = plainName("CRON_GROUP", value.substring(0, colon));
    try {
      String limit = value.substring(colon + 1);
      return new Policies.Group(name, number("limit of CRON_GROUP", limit, 1, MAX_GROUP_LIMIT, ""));
    } catch (LineException e) {
      throw new LineException(colon + 1, e.getMessage());
    }
  }

  /** A name of 1 to 64 letters, digits, {@code .}, {@code _} or {@code -}, of a group or queue. */
  static String plainName(String variable, String value) throws LineException {
    boolean allowed = !value.isEmpty() && value.length() <= MAX_NAME;
    if (!allowed || !value.chars().allMatch(PolicyText::isNameCharacter)) {
      String use = "use 1 to 64 letters, digits and . _ -";
      throw new LineException(
          0, variable + " " + Characters.shown(value) + " is not a valid name, " + use);
    }
    return value;
  }

  private static boolean isNameCharacter(int c) {
    return c >= 'a' && c <= 'z'
        || c >= 'A' && c <= 'Z'
        || c >= '0' && c <= '9'
        || c == '.'
        || c == '_'
        || c == '-';
  }
}
