// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.crontab;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Endpoints that were written down pass the rules of a crontab again. */
class EndpointRuleTest {
  private final EndpointRule rule = EndpointRule.DEFAULT;

  @ParameterizedTest
  @ValueSource(strings = {"rabbitmq:crond?routingKey=a", "direct:mine", "log:x"})
  void letsPassWhatACrontabMayName(String uri) {
    assertThat(rule.refusal(uri)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "file:/etc?fileName=passwd",
        "exec:id",
        "rabbitmq:",
        "rabbitmq:x?routingKey={{crond.http.token}}",
        "rabbitmq:x?routingKey=%7B%7Bcrond.http.token}}",
        "log:x?marker=#bean"
      })
  void saysWhyTheOthersMayNotBeNamed(String uri) {
    assertThat(rule.refusal(uri)).isPresent();
  }
}
