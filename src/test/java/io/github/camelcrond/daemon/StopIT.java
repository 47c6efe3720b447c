// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How the program ends, by signals and by itself. */
class StopIT extends OneDaemon {
  private static final String NOTHING = "0 0 1 1 * - true\n";

  @ParameterizedTest
  @ValueSource(strings = {"TERM", "INT"})
  void endsAtOnceWithCodeZeroWhenNothingRuns(String signal) throws Exception {
    daemon.crontab(NOTHING).start().awaitLog("crontab loaded");
    daemon.signal(signal);
    assertThat(daemon.exitCode()).isZero();
    // A tenth of a second where the machine has time.
    assertThat(stopTook()).isLessThan(Duration.ofSeconds(3));
  }

  @Test
  void givesRunningJobsTheirGraceButStartsNoMore() throws Exception {
    daemon.set("crond.stop.grace", "30s");
    daemon.crontab("@reboot - sleep 3; echo done\n@every 1s - echo tick\n").start();
    daemon.awaitLog("tick");
    assertThat(daemon.stop()).isZero();
    assertThat(daemon.log("done", "stdout")).hasSize(1);
    assertThat(daemon.log("job succeeded", "duration=3s")).hasSize(1);
    int stopping = daemon.log().indexOf(daemon.awaitLog("stopping"));
    assertThat(daemon.log().subList(stopping, daemon.log().size()))
        .noneMatch(line -> line.contains("job started"));
  }

  @Test
  void killsWhatDoesNotHeedTermAfterTheGrace() throws Exception {
    daemon.set("crond.stop.grace", "1s");
    daemon.crontab(
        "CRON_KILL_AFTER=1s\n@reboot - trap '' TERM; echo on; while :; do sleep 0.1; done\n");
    daemon.start().awaitLog("on", "stdout");
    assertThat(daemon.stop()).isZero();
    assertThat(daemon.awaitLog("job interrupted")).contains("signal=9", "the daemon is stopping");
    assertThat(stopTook()).isBetween(Duration.ofSeconds(2), Duration.ofSeconds(6));
  }

  @Test
  void aSecondSignalEndsTheGraceAndAThirdTheTimeToKill() throws Exception {
    daemon.set("crond.stop.grace", "1h");
    daemon.crontab(
        "CRON_KILL_AFTER=1h\n@reboot - trap '' TERM; echo on; while :; do sleep 0.1; done\n");
    daemon.start().awaitLog("on", "stdout");
    daemon.signal("TERM");
    daemon.awaitLog("stopping");
    daemon.signal("TERM");
    daemon.awaitLog("runs interrupted by the stop", "runs=1");
    daemon.signal("TERM");
    assertThat(daemon.exitCode()).isZero();
    assertThat(daemon.awaitLog("job interrupted")).contains("signal=9");
  }

  @Test
  void readsTheCrontabAgainAtSighup() throws Exception {
    daemon.set("crond.crontab.poll-period", "1h");
    daemon.crontab(NOTHING).start().awaitLog("crontab loaded", "jobs=1");
    daemon.crontab(NOTHING + "1 0 1 1 * - true\n").signal("HUP");
    daemon.awaitLog("crontab loaded", "jobs=2");
    assertThat(daemon.isAlive()).isTrue();
  }

  @Test
  void failsToStartWithCodeOneAndTheReason() throws Exception {
    daemon.set("crond.stop.grace", "soon").crontab(NOTHING).start();
    assertThat(daemon.exitCode()).isEqualTo(1);
    daemon.awaitLog("crond.stop.grace = soon is not a duration");
  }

  @Test
  void refusesAStoreThatAnotherDaemonUses() throws Exception {
    daemon.crontab(NOTHING).start().awaitLog("crontab loaded");
    Path other = folder.resolve("other");
    other.toFile().mkdir();
    try (RealDaemon second = new RealDaemon(other)) {
      second.set("crond.store.dir", folder.resolve("store").toString());
      second.crontab(NOTHING).start();
      assertThat(second.exitCode()).isEqualTo(1);
    }
    assertThat(daemon.isAlive()).isTrue();
  }

  @Test
  void tellsWrongUsageByCodeTwo() throws Exception {
    daemon.start("run", "a", "b");
    assertThat(daemon.exitCode()).isEqualTo(2);
    daemon.start("nosuch");
    assertThat(daemon.exitCode()).isEqualTo(2);
  }

  private Duration stopTook() {
    return Duration.between(
        time(daemon.awaitLog("INFO  stopping")), time(daemon.awaitLog("INFO  stopped")));
  }

  private static Instant time(String line) {
    return OffsetDateTime.parse(line.substring(0, line.indexOf(' '))).toInstant();
  }
}
