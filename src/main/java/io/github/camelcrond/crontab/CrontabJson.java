// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.crontab;

import io.github.camelcrond.config.Json;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** A crontab as {@code check --json} prints it. */
public final class CrontabJson {
  private CrontabJson() {}

  /** The crontab as one JSON object in one line. */
  public static String write(Crontab crontab, Instant now) {
    return Json.text(facts(crontab, job -> JobJson.facts(job, now)));
  }

  /** What {@link #write} writes, key by key; may be added to. */
  public static Map<String, Object> facts(Crontab crontab, Function<Job, Map<String, Object>> job) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("jobs", crontab.jobs().stream().map(job).toList());
    facts.put("errors", facts(crontab.errors()));
    facts.put("warnings", facts(crontab.warnings()));
    return facts;
  }

  /** {@code problems} as a list of JSON objects. */
  public static List<Map<String, Object>> facts(List<Problem> problems) {
    return problems.stream().map(CrontabJson::facts).toList();
  }

  private static Map<String, Object> facts(Problem problem) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("line", problem.line());
    facts.put("column", problem.column());
    facts.put("message", problem.message());
    if (!problem.code().isEmpty()) {
      facts.put("code", problem.code());
    }
    return facts;
  }
}
