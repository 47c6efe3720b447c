// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelcrond.trigger.CronRoutes;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.camel.component.seda.SedaComponent;
import org.apache.camel.component.seda.SedaEndpoint;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnPropertiesTest {

  @Test
  void whatAFileOfTheUsersOwnLeavesOutComesFromOurs(@TempDir Path folder) throws Exception {
    Path own = folder.resolve("own.properties");
    Files.writeString(own, "camel.component.seda.defaultPollTimeout = 50\n");
    try (InnerDaemon daemon =
        new InnerDaemon(folder)
            .set("crond.config", own.toString())
            .crontab("0 0 1 1 * - true")
            .start()) {
      var context = daemon.daemon().context();
      assertThat(context.getName()).isEqualTo("camel-crond");
      assertThat(CronRoutes.scheduler(context).getMetaData().getThreadPoolSize()).isEqualTo(2);
      assertThat(context.getComponent("seda", SedaComponent.class).getDefaultPollTimeout())
          .isEqualTo(50);
    }
  }

  /** Else {@link io.github.camelcrond.camel.LowWakeupQueues} neither quiets nor hurries them. */
  @Test
  void ourConsumersOfQueuesAskForTheTimeThatTheirQueuesKnow(@TempDir Path folder) throws Exception {
    try (InnerDaemon daemon = new InnerDaemon(folder).crontab("0 0 1 1 * - true").start()) {
      assertThat(daemon.daemon().context().getEndpoints())
          .filteredOn(SedaEndpoint.class::isInstance)
          .hasSizeGreaterThan(3)
          .allSatisfy(e -> assertThat(((SedaEndpoint) e).getPollTimeout()).isEqualTo(1001));
    }
  }
}
