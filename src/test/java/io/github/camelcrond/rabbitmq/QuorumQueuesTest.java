// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuorumQueuesTest {
  @ParameterizedTest(name = "{0} {1}")
  @CsvSource({
    "RabbitMQ, 3.7.28, false, false",
    "RabbitMQ, 3.8.0, true, false",
    "RabbitMQ, 3.10.8, true, false",
    "RabbitMQ, 4.2.9, true, false",
    "RabbitMQ, 4.3.6+1, true, true",
    "RabbitMQ, 10.0, true, true",
    "RabbitMQ, 4, false, false",
    "RabbitMQ, null, false, false",
    "LavinMQ, 4.3.1, false, false",
  })
  void areInRabbitMqFromThreeEightOnAndDelayFromFourThreeOn(
      String product, String version, boolean there, boolean delay) {
    assertThat(QuorumQueues.isFrom(product, version, 3, 8)).isEqualTo(there);
    assertThat(QuorumQueues.isFrom(product, version, 4, 3)).isEqualTo(delay);
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "1, 2", "8, 9", "9, 10", "10, 10", "2000000000, 10"})
  void keepARejectedMessageLongerEachTime(long rejected, long seconds) {
    assertThat(QuorumQueues.delay(rejected)).isEqualTo(Duration.ofSeconds(seconds));
  }
}
