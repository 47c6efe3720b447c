// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class RedisKeysTest {
  @Test
  void theLastInstantOfAJobThatRunsOnEachHostIsOneOfItsHost() {
    RedisKeys keys = new RedisKeys("crond");
    keys.keepLastByHost("a", "each"::equals);

    assertThat(keys.lastInstantKeys(List.of("each", "one")))
        .containsExactly("crond:last:each@a", "crond:last:one");
  }

  @Test
  void aLastSuccessThatSomebodyElseWroteHidesNoHistory() {
    assertThat(new RedisKeys("crond").addLastSuccess(List.of("{}"), "hello")).containsExactly("{}");
  }
}
