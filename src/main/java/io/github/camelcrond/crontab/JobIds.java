// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.crontab;

import io.github.camelcrond.config.Sha256;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Gives the jobs of one crontab their ids. */
final class JobIds {
  private final Map<String, Integer> lines = new HashMap<>();
  private final Map<String, Integer> copies = new HashMap<>();

  /**
   * 12 hex digits drawn from what a line says.
   *
   * @param zone text of CRON_TZ, empty if unset
   * @param fields as written, single-spaced
   * @param user as written; {@code -} where the crontab's form has no users
   * @param raw the command part as written
   */
  String hash(String zone, String fields, String user, String raw) {
    return Sha256.shortHex(
        zone + '\0' + fields.toLowerCase(Locale.ROOT) + '\0' + user + '\0' + raw);
  }

  /** The hash if it is free, else the hash with the first number from 2 that makes it so. */
  String free(String hash) {
    if (!lines.containsKey(hash)) {
      return hash;
    }
    int copy = copies.getOrDefault(hash, 2);
    while (lines.containsKey(hash + "-" + copy)) {
      copy++;
    }
    copies.put(hash, copy);
    return hash + "-" + copy;
  }

  /** Makes an id that of the job in {@code line}. */
  void take(String id, int line) {
    lines.put(id, line);
  }

  /** Line of the job with this id; empty if there is none. */
  Optional<Integer> lineOf(String id) {
    return Optional.ofNullable(lines.get(id));
  }
}
