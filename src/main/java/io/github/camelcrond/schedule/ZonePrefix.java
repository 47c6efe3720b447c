// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.schedule;

import java.util.Optional;

/**
 * {@code TZ=Zone} or {@code CRON_TZ=Zone} in front of a schedule, the zone of this schedule only.
 * The form is that of an assignment, and it is one unless a schedule follows.
 *
 * @param zone as written, without quotes
 * @param zoneAt index of the zone in the text
 * @param end index of the schedule in the text
 */
public record ZonePrefix(String zone, int zoneAt, int end) {

  /** The prefix that begins at index {@code start} of {@code text}; empty if there is none. */
  public static Optional<ZonePrefix> of(String text, int start) {
    int name = skipBlanks(text, start);
    int length = text.startsWith("CRON_TZ", name) ? 7 : text.startsWith("TZ", name) ? 2 : 0;
    int equals = length == 0 ? text.length() : skipBlanks(text, name + length);
    if (equals >= text.length() || text.charAt(equals) != '=') {
      return Optional.empty();
    }
    int at = skipBlanks(text, equals + 1);
    char first = at < text.length() ? text.charAt(at) : ' ';
    boolean quoted = first == '"' || first == '\'';
    int zoneAt = quoted ? at + 1 : at;
    int zoneEnd = quoted ? text.indexOf(first, zoneAt) : endOfWord(text, at);
    int end = zoneEnd < 0 ? text.length() : skipBlanks(text, quoted ? zoneEnd + 1 : zoneEnd);
    return beginsSchedule(text, end)
        ? Optional.of(new ZonePrefix(text.substring(zoneAt, zoneEnd), zoneAt, end))
        : Optional.empty();
  }

  /** Whether what begins there can be a schedule, and not the rest of a variable's value. */
  private static boolean beginsSchedule(String text, int at) {
    if (at >= text.length()) {
      return false;
    }
    char first = text.charAt(at);
    char second = at + 1 < text.length() ? text.charAt(at + 1) : ' ';
    return first >= '0' && first <= '9'
        || "@*~?-".indexOf(first) >= 0
        || first == 'H' && " \t(/".indexOf(second) >= 0;
  }

  private static int skipBlanks(String text, int from) {
    int i = from;
    while (i < text.length() && (text.charAt(i) == ' ' || text.charAt(i) == '\t')) {
      i++;
    }
    return i;
  }

  private static int endOfWord(String text, int from) {
    int i = from;
    while (i < text.length() && text.charAt(i) != ' ' && text.charAt(i) != '\t') {
      i++;
    }
    return i;
  }
}
