// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;

/** What a start owes to the time before it. */
class StartIT extends OneDaemon {
  @Test
  void jobAtRebootRunsOnceAStartAndNotAtAReload() throws Exception {
    daemon.crontab("@reboot - echo up\n").start().awaitLog("job succeeded");
    daemon.crontab("@reboot - echo up\n@every 1h - x\n");
    daemon.awaitLog("crontab loaded", "jobs=2");
    daemon.stop();
    assertThat(daemon.log("job succeeded")).hasSize(1);

    daemon.start().awaitLog("job succeeded");
  }

  @Test
  void missedFiringIsMadeUpForByOneRun() throws Exception {
    daemon.crontab("CRON_CATCH_UP=1h\n@every 4s - echo ran\n").start();
    daemon.awaitLog("job succeeded");
    daemon.stop();
    Instant stopped = Instant.now();
    Instant missed = stopped.plus(Duration.ofSeconds(9));
    org.awaitility.Awaitility.await().until(() -> Instant.now().isAfter(missed));

    Instant start = Instant.now();
    String run = daemon.start().awaitLog("job started");

    assertThat(Instant.parse(RealDaemon.value(run, "scheduled"))).isAfter(stopped);
    Instant first = Instant.parse(run.substring(0, run.indexOf(' ')));
    assertThat(Instant.parse(RealDaemon.value(run, "scheduled"))).isBefore(first);
    assertThat(start).isBefore(first);
  }

  @Test
  void jobAtAnInstantRunsOnceOverRestarts() throws Exception {
    Instant at = Instant.now().plus(Duration.ofSeconds(15)).truncatedTo(ChronoUnit.SECONDS);
    String jobs = "CRON_NAME=once\n@at " + at + " - echo ran\n@at 2020-01-01T00:00 - echo never\n";
    daemon.crontab(jobs).start();
    daemon.awaitLog("job does not fire: its time is past", "line=3");
    daemon.awaitLog("job succeeded");
    daemon.stop();

    daemon
        .start()
        .awaitLog("job does not fire again: its time is past and was handled", "job=once");
    daemon.crontab(jobs + "@every 1h - x\n").awaitLog("crontab loaded", "jobs=3");

    assertThat(daemon.log("job does not fire again")).hasSize(1);
    assertThat(daemon.log("job does not fire: ", "line=2")).isEmpty();
    assertThat(daemon.stop()).isZero();
    assertThat(daemon.log("job started")).isEmpty();
  }
}
