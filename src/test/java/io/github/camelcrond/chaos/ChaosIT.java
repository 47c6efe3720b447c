// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelcrond.rabbitmq.RabbitNode;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** Two minutes of faults of all kinds. Takes real time: the daemon is a process of its own. */
@EnabledIf(value = "brokerIsInstalled", disabledReason = "rabbitmq-server is not installed")
class ChaosIT {
  @TempDir Path folder;

  static boolean brokerIsInstalled() {
    return RabbitNode.isInstalled();
  }

  @Test
  void nothingIsLostDoubledOrOutOfOrder() throws Exception {
    long seed = Long.getLong("crond.test.seed", System.currentTimeMillis());
    try (Chaos chaos = new Chaos(folder, seed)) {
      Chaos.Outcome outcome = chaos.run(Duration.ofMinutes(2));
      assertThat(outcome.firings()).isGreaterThan(200);
      outcome
          .wrong()
          .forEach((what, runs) -> assertThat(runs).as(what + ", seed " + seed).isEmpty());
    }
  }
}
