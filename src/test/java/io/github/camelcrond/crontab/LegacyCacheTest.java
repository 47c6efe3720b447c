// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.crontab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LegacyCacheTest {

  @Test
  void entriesBecomeLinesAndBadOnesComments() {
    String json = new String(Spec.file("legacy-cache.json"), StandardCharsets.UTF_8);

    assertThat(LegacyCache.render(json))
        .isEqualTo(new String(Spec.file("legacy-cache.expected"), StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "null", "{\"a\":1}", "[", "[[\"*\"],3,null]", "\"a\\nb\"", "[\n"})
  void whatIsNoSuchListIsAComment(String json) {
    Crontab read = Spec.read(LegacyCache.render(json));

    assertThat(read.jobs()).isEmpty();
    assertThat(read.errors()).isEmpty();
  }
}
