// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.rabbitmq.client.Address;
import io.github.camelcrond.config.SettingsException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

class RabbitUrlTest {

  @ParameterizedTest(name = "{0}")
  @CsvFileSource(resources = "/spec/rabbitmq-url.csv", delimiter = '|')
  void readsUrls(String rule, String url, String hosts, String user, String password, String host) {
    RabbitUrl read = RabbitUrl.parse(url);
    assertThat(read.hosts()).isEqualTo(hosts);
    assertThat(Address.parseAddresses(read.hosts())).hasSameSizeAs(read.addresses());
    assertThat(read.user()).isEqualTo(user);
    assertThat(read.password()).isEqualTo(password);
    assertThat(read.virtualHost()).isEqualTo(host);
    assertThat(read.toString()).doesNotContain("s3cret");
  }

  @ParameterizedTest(name = "{0}")
  @CsvFileSource(resources = "/spec/rabbitmq-url-bad.csv", delimiter = '|')
  void refusesOthersWithoutShowingThem(String rule, String url) {
    assertThatThrownBy(() -> RabbitUrl.parse(url))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("amqp://user:password@host:5672/vhost")
        .hasMessageNotContaining("s3cret");
  }
}
