// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.springframework.data.redis.connection.RedisNode;

/** Where Redis is, as people write it. */
class RedisUrlTest {

  @ParameterizedTest(name = "{0}")
  @CsvFileSource(resources = "/spec/store/redis-urls.csv", delimiter = '|')
  void reads(
      String rule,
      String url,
      boolean tls,
      String host,
      int port,
      String user,
      String password,
      int database,
      String shown) {
    assertThat(RedisUrl.parse(url))
        .isEqualTo(
            new RedisUrl(
                RedisUrl.Kind.SERVER,
                tls,
                List.of(new RedisNode(host, port)),
                Optional.empty(),
                Optional.ofNullable(user),
                Optional.ofNullable(password),
                database))
        .hasToString(shown);
  }

  @ParameterizedTest(name = "{0}")
  @CsvFileSource(resources = "/spec/store/sentinel-urls.csv", delimiter = '|')
  void readsSentinels(String rule, String url, String master, String password, String shown) {
    RedisUrl read = RedisUrl.parse(url);
    assertThat(read).hasToString(shown);
    assertThat(read.master()).contains(master);
    assertThat(read.password()).isEqualTo(Optional.ofNullable(password));
  }

  @ParameterizedTest(name = "{0}")
  @CsvFileSource(resources = "/spec/store/cluster-urls.csv", delimiter = '|')
  void readsNodesOfACluster(String rule, String url, boolean tls, String password, String shown) {
    RedisUrl read = RedisUrl.parse(url);
    assertThat(read).hasToString(shown);
    assertThat(read.kind()).isEqualTo(RedisUrl.Kind.CLUSTER);
    assertThat(read.tls()).isEqualTo(tls);
    assertThat(read.password()).isEqualTo(Optional.ofNullable(password));
  }

  @ParameterizedTest(name = "{0}")
  @CsvFileSource(resources = "/spec/store/sentinel-urls-refused.csv", delimiter = '|')
  void refusesSentinelsAndClusters(String rule, String url, String error) {
    assertThatThrownBy(() -> RedisUrl.parse(url))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining(error)
        .hasMessageNotContaining("s3cret");
  }

  @ParameterizedTest(name = "{0}")
  @CsvFileSource(resources = "/spec/store/redis-urls-refused.csv", delimiter = '|')
  void refusesWithoutRepeatingIt(String rule, String url) {
    assertThatThrownBy(() -> RedisUrl.parse(url))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("redis://[[user]:password@]host[:port][/db]")
        .hasMessageNotContaining("s3cret");
  }
}
