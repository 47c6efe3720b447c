// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ClosestWordTest {
  private static final List<String> KNOWN = List.of("CRON_TIMEOUT", "CRON_RETRIES", "CRON_TZ");

  @Test
  void findsTheWordThatWasMeant() {
    assertThat(ClosestWord.to("CRON_TIMEUOT", KNOWN)).contains("CRON_TIMEOUT");
    assertThat(ClosestWord.to("cron_retry", KNOWN)).contains("CRON_RETRIES");
  }

  @Test
  void findsNothingForAWordOfItsOwn() {
    assertThat(ClosestWord.to("COMPLETELY_DIFFERENT", KNOWN)).isEmpty();
    assertThat(ClosestWord.to("", KNOWN)).isEmpty();
  }
}
