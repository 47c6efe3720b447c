// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuorumQueuesTest {
  @ParameterizedTest(name = "{0} {1}")
  @CsvSource({
    "RabbitMQ, 3.7.28, false",
    "RabbitMQ, 3.8.0, true",
    "RabbitMQ, 3.10.8, true",
    "RabbitMQ, 4.3.6+1, true",
    "RabbitMQ, 10.0, true",
    "RabbitMQ, 4, false",
    "RabbitMQ, null, false",
    "LavinMQ, 4.0.1, false",
  })
  void areInRabbitMqFromThreeEightOn(String product, String version, boolean there) {
    assertThat(QuorumQueues.areIn(product, version)).isEqualTo(there);
  }
}
