// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelcrond.config.Json;
import io.github.camelcrond.config.JsonValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How people may name a job. */
final class JobArgumentTest {
  private static final JsonValue JOBS =
      Json.read(
          """
          [{"id": "12", "file": "/etc/crontab", "line": 2},
           {"id": "123e", "file": "/etc/crontab", "line": 7},
           {"id": "backup", "file": "/etc/crontab", "line": 12},
           {"id": "7abc", "file": "/etc/cron.d/app", "line": 9},
           {"id": "report", "file": "/etc/cron.d/app", "line": 3},
           {"id": "rotate", "file": "/srv/app", "line": 3}]
          """);

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          a job-id, even if others begin with it      | 12                 | 12
          the beginning of a job-id                   | 123                | 123e
          the number of a line                        | 9                  | 7abc
          a line, where no job-id begins with a colon | :12                | backup
          a line of a file                            | /etc/cron.d/app:3  | report
          a line of the end of a path                 | cron.d/app:3       | report
          a line without a job                        | /etc/crontab:3     | /etc/crontab:3
          a file without a job                        | /etc/cron.d/p:3    | /etc/cron.d/p:3
          a number that is too large                  | 99999999999        | 99999999999
          """)
  void aJobIsNamedBy(String rule, String wanted, String id) throws ApiException {
    assertThat(JobArgument.find(JOBS, wanted)).isEqualTo(id);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          the beginning of two | r | report (line /etc/cron.d/app:3), rotate (line /srv/app:3)
          a line of two files | app:3 | report (line /etc/cron.d/app:3), rotate (line /srv/app:3)
          a beginning or a line | 7 | 123e (line /etc/crontab:7), 7abc (line /etc/cron.d/app:9)
          """)
  void anAmbiguousNameIsRefusedWithTheJobsThatItMayMean(
      String rule, String wanted, String candidates) {
    assertThatThrownBy(() -> JobArgument.find(JOBS, wanted))
        .hasMessage("job " + wanted + " is ambiguous, use one of " + candidates);
  }

  @Test
  void theLineOfTheOnlyFileIsANumber() {
    JsonValue job = Json.read("{\"id\": \"backup\", \"line\": 12}");
    assertThat(JobArgument.place(job)).isEqualTo("12");
  }
}
