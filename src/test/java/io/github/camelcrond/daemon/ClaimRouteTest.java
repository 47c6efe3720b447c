// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelcrond.cluster.Claims;
import io.github.camelcrond.job.JobTable;
import io.github.camelcrond.run.Run;
import io.github.camelcrond.run.RunEnd;
import io.github.camelcrond.store.RedisServer;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

class ClaimRouteTest {
  @TempDir private Path folder;
  private RedisServer redis;
  private InnerDaemon daemon;
  private Run manual;

  @BeforeEach
  void start() throws Exception {
    redis = RedisServer.start(folder);
    daemon =
        new InnerDaemon(folder)
            .set("crond.store", "redis")
            .set("crond.claims", "redis")
            .set("crond.redis.url", redis.url())
            .crontab("CRON_NAME=a", "0 0 1 1 * - true")
            .start();
    manual = daemon.bean("job-table", JobTable.class).manualRun("a");
  }

  @AfterEach
  void stop() {
    daemon.close();
    redis.close();
  }

  @Test
  void aRunThatFollowsFromAnotherIsClaimedItself() throws Exception {
    daemon.to("seda:job-run").withBody(manual).withVariable("claimed", "true").send();

    assertThat(daemon.end("a", manual.id()).outcome()).isEqualTo("succeeded");
    try (Jedis jedis = new Jedis("127.0.0.1", redis.port())) {
      assertThat(jedis.keys("crond:claims:a:*")).hasSize(1);
    }
  }

  @Test
  void aMissedFiringThatAStopKeepsFromBeingMadeUpForHasARecord() throws Exception {
    daemon.bean("claims", Claims.class).leaveAll();
    Run run = new Run("r1", manual.job(), manual.scheduled(), Run.Cause.CATCH_UP);

    daemon.to("seda:job-run").withBody(run).send();

    RunEnd end = daemon.end("a", run.id());
    assertThat(end.reason()).hasValue("the daemon is stopping");
    assertThat(end.accountsForFiring()).as("the next start may make up for it").isFalse();
  }
}
