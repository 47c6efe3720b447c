// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.crontab;

import io.github.camelcrond.config.Sha256;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Gives the jobs of one crontab their ids. */
final class JobIds {
  private final Map<String, FileLine> lines = new HashMap<>();
  private final Map<String, Integer> copies = new HashMap<>();

  /**
   * 12 hex digits drawn from what a line says, and from its file: an edit of one file leaves the
   * ids of all others as they are.
   *
   * @param file of the line; empty for the crontab's main file
   * @param zone text of CRON_TZ, empty if unset
   * @param fields as written, single-spaced
   * @param user as written; {@code -} where the crontab's form has no users
   * @param raw the command part as written
   */
  String hash(String file, String zone, String fields, String user, String raw) {
    String text = zone + '\0' + fields.toLowerCase(Locale.ROOT) + '\0' + user + '\0' + raw;
    return Sha256.shortHex(file.isEmpty() ? text : text + '\0' + file);
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
  void take(String id, FileLine line) {
    lines.put(id, line);
  }

  /** Line of the job with this id; empty if there is none. */
  Optional<FileLine> lineOf(String id) {
    return Optional.ofNullable(lines.get(id));
  }
}
