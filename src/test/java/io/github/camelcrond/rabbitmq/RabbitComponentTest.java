// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RabbitComponentTest {
  @ParameterizedTest
  @CsvSource({
    "queue.xMaxLength, queue.x-max-length",
    "queue.x-max-length, queue.x-max-length",
    "queue.xMaxLengthBytes, queue.x-max-length-bytes",
    "exchange.alternateExchange, exchange.alternate-exchange",
    "binding.xMatch, binding.x-match",
    "queue.autoDelete, queue.autoDelete",
    "queue.durable, queue.durable",
    "binding.xray, binding.xray"
  })
  void argumentsHaveTheNamesThatTheBrokerKnows(String given, String name) {
    assertThat(RabbitComponent.arguments(Map.of(given, "1"))).containsExactly(Map.entry(name, "1"));
  }
}
