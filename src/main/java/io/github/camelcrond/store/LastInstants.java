// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.store;

import io.github.camelcrond.run.RunEnd;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The last scheduled instant of each job that is accounted for; it only advances. */
final class LastInstants {
  private LastInstants() {}

  /** The instants that {@code ends} advance from {@code stored}: ISO-8601 by job-id. */
  static Map<String, String> of(List<RunEnd> ends, Map<String, String> stored) {
    Map<String, Instant> latest = new TreeMap<>();
    for (RunEnd end : ends) {
      if (end.accountsForFiring()) {
        latest.merge(end.job(), end.scheduled(), (a, b) -> a.isAfter(b) ? a : b);
      }
    }
    Map<String, String> moved = new TreeMap<>();
    latest.forEach(
        (job, instant) -> {
          if (instant.isAfter(instant(stored.get(job)))) {
            moved.put(job, instant.toString());
          }
        });
    return moved;
  }

  private static Instant instant(String text) {
    try {
      return text == null ? Instant.MIN : Instant.parse(text);
    } catch (DateTimeException e) {
      return Instant.MIN;
    }
  }
}
