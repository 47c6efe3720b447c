// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.camelcrond.config.Json;
import io.github.camelcrond.crontab.CrontabReader;
import io.github.camelcrond.crontab.ReaderOptions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

final class UpcomingFiringsTest {
  private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");

  private static JsonNode of(String crontab, Duration span, int limit)
      throws JsonProcessingException {
    CrontabReader reader =
        new CrontabReader(ReaderOptions.of(ZoneOffset.UTC), Clock.fixed(NOON, ZoneOffset.UTC));
    return new ObjectMapper()
        .readTree(
            Json.text(
                UpcomingFirings.of(
                    reader.read(crontab).jobs(),
                    job -> job.schedule().next(NOON),
                    NOON,
                    span,
                    limit)));
  }

  @Test
  void namesTheNextFiringsInTheOrderOfTime() throws JsonProcessingException {
    JsonNode ahead =
        of("0 14 * * * root b\nCRON_NAME=a\n0 13 * * * root a\n", Duration.ofHours(24), 10);
    assertThat(ahead.path("firings")).hasSize(2);
    assertThat(ahead.path("firings").get(0).path("job").asText()).isEqualTo("a");
    assertThat(ahead.path("firings").get(0).path("at").asText()).isEqualTo("2026-11-22T13:00:00Z");
    assertThat(ahead.path("more").asBoolean()).isFalse();
  }

  @Test
  void countsJobsAndFiringsInEachQuarterOfAnHour() throws JsonProcessingException {
    JsonNode ahead =
        of("*/5 * * * * root x\nCRON_NAME=noon\n0 13 * * * root y\n", Duration.ofHours(24), 0);
    assertThat(ahead.path("slots").get(1).path("firings").asInt()).isEqualTo(3);
    assertThat(ahead.path("slots").get(4).path("jobs").asInt()).isEqualTo(2);
    assertThat(ahead.path("slots").get(4).path("seldom").asInt()).isEqualTo(1);
    assertThat(ahead.path("slots").get(1).path("seldom").asInt()).isZero();
    assertThat(ahead.path("slots").get(4).path("named").get(0).asText()).isEqualTo("noon");
    assertThat(ahead.path("firings")).isEmpty();
    assertThat(ahead.path("more").asBoolean()).isFalse();
  }

  @Test
  void reckonsWhatFiresVeryOftenFromItsRate() throws JsonProcessingException {
    JsonNode ahead = of("@every 1s root x\n", Duration.ofHours(24), 5);
    int total = 0;
    for (JsonNode slot : ahead.path("slots")) {
      assertThat(slot.path("firings").asInt()).isBetween(890, 910);
      total += slot.path("firings").asInt();
    }
    assertThat(total).isBetween(86_300, 86_500);
    assertThat(ahead.path("firings")).hasSize(5);
  }
}
