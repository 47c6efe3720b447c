// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.github.camelcrond.run.RunJournalTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the program makes of its own death and of what jobs do to it. */
class CrashIT extends OneDaemon {
  private static final String RUNNING = "\"event\":\"started\".*\"pid\":[1-9]";

  @Test
  void recordsTheRunsThatAKillCutOffAndNamesTheGroupThatLives() throws Exception {
    daemon.crontab("CRON_NAME=long\n@reboot - echo $$; exec sleep 300\n").start();
    String line = daemon.awaitLog("job=long", "stdout");
    String run = RealDaemon.value(line, "run");
    long group = Long.parseLong(line.split(" +")[2]);
    awaitJournal(RUNNING);
    daemon.kill9();
    daemon.crontab("CRON_NAME=other\n0 0 1 1 * - true\n").start();
    String told = daemon.awaitLog("job interrupted", "run=" + run);
    ProcessHandle.of(group).ifPresent(ProcessHandle::destroyForcibly);
    assertThat(told).contains("group=" + group, "is still running");
    daemon.awaitLog("crontab loaded");
    assertThat(daemon.stop()).isZero();
    daemon.start().awaitLog("crontab loaded");
    assertThat(daemon.log("job interrupted")).isEmpty();
  }

  @Test
  void countsARunThatOutlivedAKilledDaemonForOverlap() throws Exception {
    String skips = "CRON_NAME=skips\nCRON_OVERLAP=skip\n@every 1s - exec sleep 300\n";
    String replaces = "CRON_NAME=replaces\nCRON_OVERLAP=replace\n@every 9s - exec sleep 300\n";
    String waits = "CRON_NAME=waits\nCRON_OVERLAP=queue\n@every 1s - echo went; exec sleep 300\n";
    daemon.set("crond.stop.grace", "0s").crontab(skips + replaces + waits).start();
    daemon.awaitLog("job started", "job=skips");
    daemon.awaitLog("job started", "job=waits");
    daemon.awaitLog("job started", "job=replaces");
    awaitJournal(RUNNING, 3);
    daemon.kill9();

    daemon.start();

    Map<String, Long> groups = new HashMap<>();
    for (String job : List.of("skips", "replaces", "waits")) {
      String line = daemon.awaitLog("job interrupted", "is still running", "job=" + job);
      groups.put(job, Long.valueOf(RealDaemon.value(line, "group")));
    }
    daemon.awaitLogs(2, "job skipped", "job=skips", "the previous run is still in progress");
    daemon.awaitLog("run of an earlier daemon ended", "job=replaces");
    daemon.awaitLog("job started", "job=replaces");
    assertThat(daemon.log("job started", "job=skips")).isEmpty();
    assertThat(daemon.log("job started", "job=waits")).isEmpty();
    ProcessHandle.of(groups.get("waits")).ifPresent(ProcessHandle::destroyForcibly);
    daemon.awaitLog("job started", "job=waits");
    ProcessHandle.of(groups.get("skips")).ifPresent(ProcessHandle::destroyForcibly);
    daemon.awaitLog("job started", "job=skips");
    assertThat(daemon.stop()).isZero();
  }

  @Test
  void recordsTheRunsThatWaitedForTheirTurnWhenItWasKilled() throws Exception {
    daemon.crontab("CRON_GROUP=one\n@reboot - sleep 300\n@reboot - sleep 300\n").start();
    String group = RealDaemon.value(daemon.awaitLog("job started"), "run");
    awaitJournal("\"event\":\"waiting\"");
    daemon.kill9();
    daemon.crontab("0 0 1 1 * - true\n").start();
    String waited = daemon.awaitLog("job interrupted", "killed before the run started");
    assertThat(RealDaemon.value(waited, "run")).isNotEqualTo(group);
    assertThat(daemon.awaitLog("job interrupted", "during the run")).contains(group);
    assertThat(daemon.stop()).isZero();
  }

  @Test
  void survivesAJobThatKillsItsParentIfTheJobMayNot() throws Exception {
    assumeRoot();
    daemon.crontab("@every 1s nobody kill -9 $PPID; echo tried\n").start();
    daemon.awaitLogs(2, "tried", "stdout");
    assertThat(daemon.isAlive()).isTrue();
    assertThat(daemon.stop()).isZero();
  }

  @Test
  void runsJobsAsTheirUsers() throws Exception {
    assumeRoot();
    daemon
        .crontab(
            "@reboot nobody echo $(id -un) $USER $(pwd)\n"
                + "@reboot - echo $(id -un) $USER $(pwd)\n"
                + "@reboot nosuchuser true\n")
        .start();
    daemon.awaitLog("nobody nobody /");
    daemon.awaitLog("root root /root");
    daemon.awaitLog("crontab:3:9: user nosuchuser does not exist");
  }

  @Test
  void runsAllAsItselfWithAUidThatNobodyKnows() throws Exception {
    assumeRoot();
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
    daemon.crontab("@reboot root echo uid $(id -u)\n");
    daemon.under("setpriv", "--reuid=4711", "--regid=4711", "--clear-groups", "--").start();
    daemon.awaitLog("uid 4711", "stdout");
    assertThat(daemon.stop()).isZero();
  }

  @Test
  void aDaemonOfSomebodyRefusesLinesOfOthers() throws Exception {
    assumeRoot();
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
    daemon.crontab("@reboot daemon true\n@reboot nobody id -un\n@reboot root id -u\n");
    daemon.under("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--").start();
    daemon.awaitLog("crontab:1:9:", "only root runs commands of other users");
    daemon.awaitLog(" nobody job=", "stdout");
    daemon.awaitLog(" 65534 job=", "stdout");
  }

  @Test
  void leavesNoZombiesAsProcessOne() throws Exception {
    assumeRoot();
    assumeThat(new ProcessBuilder("unshare", "--pid", "--fork", "true").start().waitFor())
        .as("process namespaces can be made here")
        .isZero();
    daemon.under("unshare", "--pid", "--fork", "--mount-proc", "--kill-child");
    daemon
        .crontab("@every 1s - for i in 1 2 3 4 5; do (sh -c 'sleep 0.2 & exec true' &) ; done\n")
        .start();
    daemon.awaitLogs(5, "job succeeded");
    long init =
        ProcessHandle.of(daemon.pid()).orElseThrow().children().findFirst().orElseThrow().pid();
    await().atMost(Duration.ofSeconds(30)).until(() -> !zombies(init).isEmpty());
    daemon.crontab("0 0 1 1 * - true\n").awaitLog("crontab loaded", "removed=1");
    await().atMost(Duration.ofSeconds(30)).until(() -> zombies(init).isEmpty());
    new ProcessBuilder("kill", "-TERM", String.valueOf(init)).start().waitFor();
    assertThat(daemon.exitCode()).isZero();
  }

  private void awaitJournal(String event) {
    awaitJournal(event, 1);
  }

  private void awaitJournal(String event, int count) {
    Pattern record = Pattern.compile(event);
    await()
        .until(
            () ->
                RunJournalTest.records(folder.resolve("store")).stream()
                        .filter(record.asPredicate())
                        .count()
                    >= count);
  }

  private static List<ProcessHandle> zombies(long parent) {
    return ProcessHandle.of(parent).orElseThrow().children().filter(CrashIT::zombie).toList();
  }

  private static boolean zombie(ProcessHandle process) {
    try (Stream<String> lines = Files.lines(Path.of("/proc/" + process.pid() + "/status"))) {
      return lines.anyMatch(line -> line.startsWith("State:\tZ"));
    } catch (IOException | UncheckedIOException e) {
      return false;
    }
  }

  private static void assumeRoot() {
    assumeThat(System.getProperty("user.name")).as("only root switches users").isEqualTo("root");
  }
}
