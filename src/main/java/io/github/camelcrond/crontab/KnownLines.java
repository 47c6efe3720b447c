// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.crontab;

import io.github.camelcrond.schedule.ParsedSchedule;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What the lines of a crontab came to when it was last read, as most are the same the next time.
 * Holds only what follows from a line's text and the settings; whatever else may change, such as
 * users and programs, is looked up again.
 */
final class KnownLines {
  private final Map<String, Read> before;
  private final Map<String, Read> now = new HashMap<>();

  /** A line's parts, the id drawn from them, and their schedule. */
  record Read(JobLine parts, String id, ParsedSchedule schedule) {}

  /** None. */
  KnownLines() {
    this(Map.of());
  }

  private KnownLines(Map<String, Read> before) {
    this.before = before;
  }

  /** The key of a line whose schedule is in {@code zone} and has so many {@code fields}. */
  static String key(String line, String zone, String file, int fields) {
    return zone + '\0' + file + '\0' + fields + line;
  }

  /** What the line with {@code key} came to; empty if it was not read before. */
  Optional<Read> get(String key) {
    Read read = before.get(key);
    if (read != null) {
      now.put(key, read);
    }
    return Optional.ofNullable(read);
  }

  /** Notes what the line with {@code key} comes to. */
  void put(String key, Read read) {
    now.put(key, read);
  }

  /** For the next reading, those that were asked for or noted in this one. */
  KnownLines next() {
    return new KnownLines(now);
  }
}
