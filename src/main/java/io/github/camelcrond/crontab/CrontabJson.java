// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.crontab;

import io.github.camelcrond.config.Json;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** A crontab as JSON, as printed by {@code check --json}. */
public final class CrontabJson {
  private CrontabJson() {}

  /**
   * {@code crontab} as one JSON object on one line; {@code now} is the instant after which the next
   * firings are computed.
   */
  public static String write(Crontab crontab, Instant now) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("jobs", crontab.jobs().stream().map(job -> JobJson.facts(job, now)).toList());
    facts.put("errors", crontab.errors().stream().map(CrontabJson::facts).toList());
    facts.put("warnings", crontab.warnings().stream().map(CrontabJson::facts).toList());
    return Json.text(facts);
  }

  /** {@code problem} as a JSON object, by key; the caller may add keys. */
  public static Map<String, Object> facts(Problem problem) {
    Map<String, Object> facts = new LinkedHashMap<>();
    if (!problem.file().isEmpty()) {
      facts.put("file", problem.file());
    }
    facts.put("line", problem.line());
    facts.put("column", problem.column());
    facts.put("message", problem.message());
    if (!problem.code().isEmpty()) {
      facts.put("code", problem.code());
    }
    return facts;
  }
}
