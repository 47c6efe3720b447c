// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.crontab;

import io.github.camelcrond.config.Sha256;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Assigns the job-ids of one crontab. */
final class JobIds {
  private final Map<String, FileLine> lines = new HashMap<>();
  private final Map<String, Integer> copies = new HashMap<>();

  /**
   * A job-id derived from the content of a line and its file, so that editing one file leaves the
   * job-ids of others unchanged.
   *
   * @param file path of the file; empty for the main file
   * @param zone the value of CRON_TZ; empty if unset
   * @param fields the schedule as written, with single spaces
   * @param user the user as written; {@code -} in a crontab without a user column
   * @param raw the command part as written
   * @return 12 hexadecimal digits
   */
  String hash(String file, String zone, String fields, String user, String raw) {
    String text = zone + '\0' + fields.toLowerCase(Locale.ROOT) + '\0' + user + '\0' + raw;
    return Sha256.shortHex(file.isEmpty() ? text : text + '\0' + file);
  }

  /**
   * {@code hash} if no job has it, else {@code hash} followed by the lowest number, from 2, that
   * makes it unique.
   */
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

  /** Whether {@link #free} has added a number to the hash. */
  static boolean isCopy(String id) {
    return id.indexOf('-') >= 0;
  }

  /** Assigns {@code id} to the job in {@code line}. */
  void take(String id, FileLine line) {
    lines.put(id, line);
  }

  /** The line of the job with this job-id; empty if there is none. */
  Optional<FileLine> lineOf(String id) {
    return Optional.ofNullable(lines.get(id));
  }
}
