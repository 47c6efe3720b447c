// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelcrond.job.JobTable;
import io.github.camelcrond.run.Run;
import io.github.camelcrond.store.RedisServer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

class ClaimRouteTest {
  @TempDir private Path folder;

  @Test
  void aRunThatFollowsFromAnotherIsClaimedItself() throws Exception {
    try (RedisServer redis = RedisServer.start(folder);
        InnerDaemon daemon =
            new InnerDaemon(folder)
                .set("crond.store", "redis")
                .set("crond.claims", "redis")
                .set("crond.redis.url", redis.url())
                .crontab("CRON_NAME=a", "0 0 1 1 * - true")
                .start();
        Jedis jedis = new Jedis("127.0.0.1", redis.port())) {
      Run run = daemon.bean("job-table", JobTable.class).manualRun("a");

      daemon.to("seda:job-run").withBody(run).withVariable("claimed", "true").send();

      assertThat(daemon.end("a", run.id()).outcome()).isEqualTo("succeeded");
      assertThat(jedis.keys("crond:claims:a:*")).hasSize(1);
    }
  }
}
