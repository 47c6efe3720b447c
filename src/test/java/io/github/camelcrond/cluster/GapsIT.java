// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** Each firing runs once, or a record or a claim says why not; {@link GapsProof} takes longer. */
@EnabledIf("brokerIsInstalled")
class GapsIT {
  private static final int SECONDS = 12;
  @TempDir private static Path folder;
  private static Site site;

  static boolean brokerIsInstalled() {
    return io.github.camelcrond.rabbitmq.RabbitNode.isInstalled();
  }

  @BeforeAll
  static void startServers() throws Exception {
    site = Site.in(folder);
  }

  @AfterAll
  static void stopServers() {
    site.close();
  }

  @Test
  void explainsEachFiringOfASingleDaemon() throws Exception {
    assertThat(Gaps.single(site, folder).run(SECONDS).open()).isEmpty();
  }

  @Test
  void explainsEachFiringOfReplicas() throws Exception {
    assertThat(Gaps.replicas(site, folder).run(SECONDS).open()).isEmpty();
  }

  @Test
  void explainsEachFiringOfAQueue() throws Exception {
    assertThat(Gaps.queue(site, folder).run(SECONDS).open()).isEmpty();
  }
}
