// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JobMessageTest {
  private final RunFixture fixture = new RunFixture();

  private Map<String, Object> headers(Run run, Object body) {
    Exchange exchange = new DefaultExchange(new DefaultCamelContext());
    exchange.setVariable("run", run);
    exchange.getMessage().setBody(body);
    new JobMessage().process(exchange);
    return exchange.getMessage().getHeaders();
  }

  private Run run(String contentType) {
    return fixture.run(
        RunFixture.job(
            "CRON_NAME=mine",
            "CRON_CONTENT_TYPE=" + (contentType == null ? "" : contentType),
            "* * * * * - direct:mine"));
  }

  @Test
  void namesJobRunAndInstant() {
    Run run = run("");

    assertThat(headers(run, "x"))
        .containsEntry("job", "mine")
        .containsEntry("run", run.id())
        .containsEntry("scheduled", run.scheduled().toString())
        .containsEntry("CamelSpringRabbitmqMessageId", run.id());
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        "{\"n\":1}|          |application/json",
        " [1] |           |application/json",
        "{\"n\":1|           |",
        "{\"n\":1} x|         |",
        "1|                 |",
        "{\"n\":1}| text/csv |text/csv",
        "a;b| text/csv; charset=utf-8 |text/csv; charset=utf-8"
      })
  void setsTheContentType(String body, String contentType, String expected) {
    assertThat(headers(run(contentType), body).get("CamelSpringRabbitmqContentType"))
        .isEqualTo(expected);
  }
}
