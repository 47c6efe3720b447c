// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.store;

import io.github.camelcrond.config.JsonException;
import io.github.camelcrond.run.Outcome;
import io.github.camelcrond.run.RunEnd;
import io.github.camelcrond.run.RunEndJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The last successful run of each job. It is stored separately, as skipped runs may push it out of
 * the history and {@code CRON_MAX_AGE} needs it.
 */
final class LastSuccess {
  private LastSuccess() {}

  /** Those among {@code ends}: by job-id the record as JSON, without its output. */
  static Map<String, String> of(List<RunEnd> ends) {
    Map<String, RunEnd> last = new TreeMap<>();
    for (RunEnd end : ends) {
      if (end.outcome().equals(Outcome.SUCCEEDED.text())) {
        last.merge(end.job(), end, (a, b) -> a.run().compareTo(b.run()) > 0 ? a : b);
      }
    }
    Map<String, String> json = new TreeMap<>();
    last.forEach((job, end) -> json.put(job, RunEndJson.text(end.withoutOutput())));
    return json;
  }

  /**
   * {@code records} of a job, newest first, and behind them {@code success} if it is not among
   * them.
   */
  static List<String> behind(List<String> records, String success) {
    String run;
    try {
      run = RunEndJson.read(success).run();
    } catch (JsonException e) {
      // Another program wrote it to Redis.
      return records;
    }
    if (records.stream().anyMatch(record -> RunEndJson.isOf(record, run))) {
      return records;
    }
    List<String> all = new ArrayList<>(records);
    all.add(success);
    return all;
  }
}
