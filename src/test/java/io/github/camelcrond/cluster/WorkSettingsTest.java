// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelcrond.config.Settings;
import io.github.camelcrond.config.SettingsException;
import io.github.camelcrond.config.SettingsLoader;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class WorkSettingsTest {
  private final Settings plain = SettingsLoader.load(Map.of(), new Properties());
  private final Settings queue =
      plain
          .with("crond.run.mode", "queue")
          .with("crond.store", "redis")
          .with("crond.rabbitmq.url", "amqp://localhost");

  @Test
  void oneDaemonIsAllThereIs() {
    WorkSettings work = WorkSettings.of(plain);

    assertThat(work.scheduler()).isTrue();
    assertThat(work.queued()).isFalse();
    assertThat(work.worker()).isFalse();
    assertThat(work.applied(plain)).isSameAs(plain);
  }

  @Test
  void aWorkerHasNoCrontabAndRunsAsManyAsItHasSlots() {
    Settings worker = queue.with("crond.role", "worker").with("crond.worker.slots", "7");

    WorkSettings work = WorkSettings.of(worker);

    assertThat(work.scheduler()).isFalse();
    assertThat(work.worker()).isTrue();
    assertThat(work.applied(worker).text("crond.recovery")).isEqualTo("off");
    assertThat(work.applied(worker).text("crond.run.max-parallel")).isEqualTo("7");
  }

  @Test
  void offersARetryToOtherWorkersFromAllOfItsSlotsWithinSeconds() {
    assertThat(WorkSettings.of(queue.with("crond.worker.slots", "1")).hold())
        .isEqualTo(Duration.ofMillis(200));
    assertThat(WorkSettings.of(queue.with("crond.worker.slots", "400")).hold())
        .isEqualTo(Duration.ofMillis(10));
  }

  @Test
  void namesItsQueuesLikeItsKeys() {
    WorkSettings work =
        WorkSettings.of(queue.with("crond.store.prefix", "my").with("crond.worker.queue", "gpu"));

    assertThat(work.queue()).isEqualTo("my.work.gpu");
    assertThat(work.queueOf(Optional.empty())).isEqualTo("my.work");
    assertThat(work.deadQueue()).isEqualTo("my.work-dead");
  }

  @Test
  void refusesWhatDoesNotGoTogether() {
    assertRefused(plain.with("crond.role", "worker"), "requires crond.run.mode = queue");
    assertRefused(queue.with("crond.store", "file"), "requires crond.store = redis");
    assertRefused(queue.with("crond.rabbitmq.url", ""), "requires crond.rabbitmq.url");
    assertRefused(queue.with("crond.worker.slots", "0"), "out of range, use 1 to 500");
  }

  private static void assertRefused(Settings settings, String message) {
    assertThatThrownBy(() -> WorkSettings.of(settings))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining(message);
  }
}
