// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.crontab;

import io.github.camelcrond.config.Json;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** A crontab as {@code check --json} prints it. */
public final class CrontabJson {
  private CrontabJson() {}

  /** The crontab as one JSON object in one line. */
  public static String write(Crontab crontab, Instant now) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("jobs", crontab.jobs().stream().map(job -> JobJson.facts(job, now)).toList());
    facts.put("errors", crontab.errors().stream().map(CrontabJson::facts).toList());
    facts.put("warnings", crontab.warnings().stream().map(CrontabJson::facts).toList());
    return Json.text(facts);
  }

  /** {@code problem} as a JSON object; may be added to. */
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
