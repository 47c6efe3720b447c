// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What surrounds the crontab in a container: signals, environment, limits, zone. */
class SurroundingsIT extends OneDaemon {
  private static final String NOTHING = "0 0 1 1 * - true\n";

  @ParameterizedTest
  @ValueSource(strings = {"HUP", "USR2"})
  void signalsThatReloadReadTheCrontabAgain(String signal) throws Exception {
    daemon.set("crond.crontab.poll-period", "1h");
    daemon.crontab(NOTHING).start().awaitLog("crontab loaded", "jobs=1");
    daemon.signal(signal);
    daemon.crontab(NOTHING + "1 0 1 1 * - true\n").signal(signal);
    daemon.awaitLog("crontab loaded", "jobs=2");
    assertThat(daemon.stop()).isZero();
  }

  @Test
  void standardInputIsACrontabThatIsReadOnce() throws Exception {
    Path pipe = folder.resolve("pipe");
    String write = "printf 'A = b\\n@reboot - echo is $A\\nx\\n' > " + pipe;
    daemon.under(
        "/bin/sh", "-c", "mkfifo " + pipe + "; " + write + " & exec \"$@\" < " + pipe, "sh");
    daemon.start("run", "-");
    daemon.awaitLog("crontab loaded", "jobs=1", "/stdin");
    daemon.awaitLog("is b job=");
    daemon.awaitLog("/stdin:3:1: ");
    Path file = Path.of(RealDaemon.value(daemon.awaitLog("crontab loaded"), "file"));
    assertThat(file).exists();
    assertThat(daemon.stop()).isZero();
    assertThat(file.getParent()).doesNotExist();
  }

  @Test
  void otherSignalsDoNotEndTheDaemon() throws Exception {
    daemon.crontab("@every 1s - echo tick\n").start().awaitLog("crontab loaded");
    for (String signal : new String[] {"USR1", "ALRM", "PIPE", "WINCH", "QUIT", "VTALRM", "IO"}) {
      daemon.signal(signal);
    }
    daemon.awaitLog("signal ignored signal=USR1");
    daemon.awaitLog("signal ignored signal=ALRM");
    daemon.awaitLogs(daemon.log("tick").size() + 2, "tick");
    assertThat(daemon.stop()).isZero();
  }

  @Test
  void jobsHaveTheEnvironmentAsItIsAndTheLimitOfOpenFiles() throws Exception {
    daemon.variable("spring.profiles", "prod").variable("version", "3").variable("JAVA_OPTS", "-x");
    daemon.under("prlimit", "--nofile=512:20000");
    daemon.crontab(
        "@reboot - /usr/bin/env\n@reboot - echo files=$(ulimit -S -n)/$(ulimit -H -n)\n"
            + "@reboot - /usr/bin/prlimit --nofile --noheadings --output SOFT\n");
    daemon.start().awaitLogs(3, "job succeeded");
    for (String line :
        new String[] {"spring.profiles=prod", "version=3", "JAVA_OPTS=-x", "files=512/20000"}) {
      daemon.awaitLog(" " + line + " job=", "stdout");
    }
    daemon.awaitLog(" 512 job=", "stdout");
    assertThat(daemon.log("CROND_ENVIRON")).isEmpty();
    assertThat(daemon.log("_JAVA_SR_SIGNUM")).isEmpty();
  }

  @Test
  void jobsHaveTheirLimitAlsoWhenTheDaemonHasMoreFilesOpen() throws Exception {
    daemon.under("prlimit", "--nofile=64:20000");
    daemon.crontab("@reboot - sleep 2\n".repeat(30) + "@reboot - sleep 1; ulimit -S -n\n");
    daemon.start().awaitLogs(31, "job succeeded");
    daemon.awaitLog(" 64 job=", "stdout");
  }

  @Test
  void aReaderOfTheLogThatStallsDelaysNoRun() throws Exception {
    Path reader = folder.resolve("reader");
    // Reads a little and then nothing until a file is there.
    daemon.under(
        "/bin/sh",
        "-c",
        "(exec \"$@\") | (head -c 100; until [ -e " + reader + " ]; do sleep 0.1; done; cat)",
        "sh");
    Path ticks = folder.resolve("ticks");
    daemon.set("crond.store.dir", folder.resolve("store").toString());
    daemon.variable("JAVA_TOOL_OPTIONS", "-Xmx64m");
    daemon.crontab(
        "@reboot - yes 0123456789012345678901234567890123456789 | head -n 200000\n"
            + "@every 1s - echo tick >>"
            + ticks
            + "\n");
    daemon.start();
    await().atMost(Duration.ofSeconds(60)).until(() -> Files.exists(ticks) && lines(ticks) >= 8);
    Files.createFile(reader);
    String dropped = daemon.awaitLog("WARN", "log lines dropped", "count=");
    assertThat(Long.parseLong(RealDaemon.value(dropped, "count"))).isPositive();
  }

  private static long lines(Path file) throws IOException {
    return Files.readAllLines(file).size();
  }

  @Test
  void processesInTheBackgroundLiveOnAndAreRead() throws Exception {
    daemon.crontab("@reboot - (sleep 3; echo later) & echo started\n").start();
    String end = daemon.awaitLog("job succeeded");
    assertThat(daemon.log(" later job=")).isEmpty();
    assertThat(RealDaemon.value(end, "duration")).endsWith("ms");
    daemon.awaitLog(" later job=", "run=" + RealDaemon.value(end, "run"));
  }

  @Test
  void aTimeOutAndAStopEndProcessesInTheBackground() throws Exception {
    Path ended = folder.resolve("ended");
    String prog = "(trap 'echo $0 >>" + ended + "; exit' TERM; while :; do sleep 0.1; done) & \n";
    daemon.crontab("@reboot - " + prog + "CRON_TIMEOUT=2s\n@reboot - " + prog);
    daemon.start().awaitLogs(2, "job succeeded");
    daemon.awaitLog("processes in the background end", "reason=\"ended by CRON_TIMEOUT\"");
    await().until(() -> Files.exists(ended) && lines(ended) == 1);
    assertThat(daemon.stop()).isZero();
    assertThat(lines(ended)).isEqualTo(2);
  }

  @Test
  void outputIsLoggedInTheFormOfTheJob() throws Exception {
    daemon.set("crond.log.output", "raw").set("crond.log.stderr-level", "error");
    daemon.crontab(
        "@reboot - printf 'a\\tb\\033[1m\\nc'\n"
            + "CRON_NAME=p\nCRON_LOG=prefixed\n@reboot - echo x; echo y >&2\n"
            + "CRON_LOG=false\n@reboot - echo silent\n"
            + "CRON_LOG=structured\n@reboot - echo s >&2\n");
    daemon.start().awaitLogs(4, "job succeeded");
    assertThat(daemon.stop()).isZero();
    assertThat(daemon.log()).contains("a\tb\033[1m", "c", "[p] x", "[p] y");
    assertThat(daemon.log("silent")).isEmpty();
    assertThat(daemon.log("ERROR s job=", "stream=stderr")).hasSize(1);
  }

  @Test
  void theZoneAndItsSourceAreInTheLog() throws Exception {
    daemon.variable("TZ", "Asia/Tokyo").crontab("@reboot - date +%z\n".replace("%", "\\%")).start();
    daemon.awaitLog("time zone zone=Asia/Tokyo source=TZ");
    daemon.awaitLog(" +0900 job=", "stdout");
  }
}
