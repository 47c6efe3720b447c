// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelcrond.schedule.Schedule;
import io.github.camelcrond.schedule.ScheduleException;
import io.github.camelcrond.schedule.ScheduleParser;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MissedFiringsTest {
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # rule                             | seconds | firings
          one firing is named in the singular | 1       | 1 firing missed
          all are counted below a thousand    | 999     | 999 firings missed
          from a thousand on they are not     | 1000    | 1000 or more firings missed
          however many there are              | 5000    | 1000 or more firings missed
          """)
  void areCountedUpToAThousandAndNameTheFirstAndTheLast(String rule, long seconds, String firings)
      throws ScheduleException {
    Schedule schedule = ScheduleParser.parse("@every 1s", ZoneOffset.UTC, "").schedule();
    Instant end = Instant.EPOCH.plusSeconds(seconds);
    assertThat(MissedFirings.between(schedule, Instant.EPOCH, end))
        .get()
        .hasToString(firings + ", first 1970-01-01T00:00:01Z, last " + end);
  }
}
