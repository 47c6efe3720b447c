// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cluster;

import io.github.camelcrond.crontab.CrontabFormat;
import io.github.camelcrond.crontab.CrontabReader;
import io.github.camelcrond.crontab.EndpointRule;
import io.github.camelcrond.crontab.Job;
import io.github.camelcrond.crontab.ReaderOptions;
import io.github.camelcrond.crontab.UserRule;
import io.github.camelcrond.run.Run;
import io.github.camelcrond.run.RunEnd;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Requests, runs and ends for tests, all of the job {@code j}. */
final class Requests {
  static final Instant AT = Instant.parse("2026-11-22T00:00:00Z");
  static final ReaderOptions OPTIONS =
      new ReaderOptions(
          CrontabFormat.USER,
          ZoneOffset.UTC,
          new EndpointRule(List.of("direct"), Set.of(), Map.of()),
          UserRule.ANY);

  private Requests() {}

  static WorkRequest of(String run) {
    return new WorkRequest("j", run, AT, "schedule", "d", AT, Optional.empty());
  }

  static Job job(String variables) {
    return jobs(variables + "\nCRON_NAME=j\n* * * * * true\n").get(0);
  }

  /** The jobs of a crontab without users. */
  static List<Job> jobs(String crontab) {
    return new CrontabReader(OPTIONS, Clock.systemUTC())
        .read(crontab.getBytes(StandardCharsets.UTF_8))
        .jobs();
  }

  static Run run(String id) {
    return new Run(id, job(""), AT, Run.Cause.SCHEDULE, 1);
  }

  static RunEnd end(String run) {
    return new RunEnd(
        "j",
        run,
        "succeeded",
        Optional.of(0),
        Optional.empty(),
        Optional.empty(),
        "schedule",
        AT,
        Optional.of(AT),
        AT,
        "host",
        1,
        false,
        "",
        Optional.empty());
  }
}
