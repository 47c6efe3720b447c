// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.camelcrond.job.NoSuchJob;
import io.github.camelcrond.run.RunEnd;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** What the routes around a run make of it, in a daemon that goes on from test to test. */
@TestInstance(Lifecycle.PER_CLASS)
class RunningJobsTest {
  private Path folder;
  private InnerDaemon daemon;

  @BeforeAll
  void start(@TempDir Path own) throws Exception {
    folder = own;
    String waits = "0 0 1 1 * - while [ ! -e $CRON_JOB_ID.go ]; do sleep 0.05; done";
    daemon =
        new InnerDaemon(folder)
            .set("crond.run.output-limit", "1KB")
            .crontab(
                "HOME=" + folder,
                "CRON_KILL_AFTER=1s",
                "CRON_NAME=prints",
                "0 0 1 1 * - echo out; echo err >&2; cat; pwd%in",
                "CRON_NAME=fails",
                "0 0 1 1 * - exit 3",
                "CRON_NAME=signalled",
                "0 0 1 1 * - kill -9 $$",
                "CRON_NAME=chatty",
                "0 0 1 1 * - echo first; yes | head -n 100000; echo last",
                "CRON_NAME=closes",
                "0 0 1 1 * - exec >&- 2>&-; sleep 0.2",
                "CRON_NAME=leaves",
                "0 0 1 1 * - sleep 60 & echo $! > leaves.pid",
                "CRON_NAME=sends",
                "0 0 1 1 * - log:sent%hello",
                "CRON_NAME=nowhere",
                "0 0 1 1 * - direct:nosuch?block=true%hello",
                "CRON_RETRIES=2",
                "CRON_RETRY_DELAY=1s",
                "CRON_NAME=third-time",
                "0 0 1 1 * - echo x >> tries; [ $(wc -l < tries) = 3 ] && echo lucky",
                "CRON_NAME=never",
                "0 0 1 1 * - exit 4",
                "CRON_RETRIES=",
                "CRON_TIMEOUT=1s",
                "CRON_NAME=stubborn",
                "0 0 1 1 * - trap '' TERM; sleep 60 & echo $! > stubborn.pid; wait; sleep 60",
                "CRON_TIMEOUT=",
                "CRON_OVERLAP=skip",
                "CRON_NAME=skips",
                waits,
                "CRON_OVERLAP=queue",
                "CRON_NAME=queues",
                waits,
                "CRON_OVERLAP=replace",
                "CRON_NAME=replaces",
                "0 0 1 1 * - trap '' TERM; while :; do sleep 0.05; done",
                "CRON_OVERLAP=",
                "CRON_GROUP=g",
                "CRON_NAME=one-of-group",
                waits,
                "CRON_NAME=other-of-group",
                "0 0 1 1 * - true",
                "CRON_GROUP=",
                "CRON_NAME=no-shell",
                "SHELL=/bin/nosuch",
                "0 0 1 1 * - true")
            .start();
  }

  @AfterAll
  void stop() {
    daemon.close();
  }

  @Test
  void aRunIsRecordedWithWhatItPrinted() {
    RunEnd end = run("prints");
    assertThat(end.outcome()).isEqualTo("succeeded");
    assertThat(end.exitCode()).contains(0);
    assertThat(end.cause()).isEqualTo("manual");
    assertThat(end.output().lines()).contains("out", "err", "in", folder.toString());
    assertThat(end.truncated()).isFalse();
    assertThat(end.started().orElseThrow()).isBetween(end.scheduled(), end.ended());
  }

  @Test
  void aRunThatFailsIsRecordedWithExitCodeOrSignal() {
    assertThat(run("fails").exitCode()).contains(3);
    RunEnd signalled = run("signalled");
    assertThat(signalled.outcome()).isEqualTo("failed");
    assertThat(signalled.signal()).contains(9);
  }

  @Test
  void aLineThatNamesNoRouteFailsSoonAndSaysSo() {
    RunEnd end = run("nowhere");
    assertThat(end.outcome()).isEqualTo("failed");
    assertThat(end.reason()).contains("no route consumes from direct:nosuch");
    assertThat(end.duration()).isLessThan(Duration.ofSeconds(20));
  }

  @Test
  void headAndTailOfMuchOutputAreKept() {
    RunEnd end = run("chatty");
    assertThat(end.truncated()).isTrue();
    assertThat(end.output()).startsWith("first\n").endsWith("last\n");
    assertThat(end.output().length()).isLessThan(1_200);
  }

  @Test
  void aJobThatClosesItsOutputIsWaitedFor() {
    RunEnd end = run("closes");
    assertThat(end.outcome()).isEqualTo("succeeded");
    assertThat(end.duration()).isGreaterThanOrEqualTo(Duration.ofMillis(200));
  }

  @Test
  void aGrandchildThatKeepsTheOutputOpenDoesNotHoldTheRun() throws Exception {
    RunEnd end = run("leaves");
    assertThat(end.outcome()).isEqualTo("succeeded");
    assertThat(end.duration()).isLessThan(Duration.ofSeconds(20));
    ProcessHandle left = process("leaves.pid");
    assertThat(left.isAlive()).isTrue();
    left.destroyForcibly();
  }

  @Test
  void aMessageIsARunToo() {
    RunEnd end = run("sends");
    assertThat(end.outcome()).isEqualTo("succeeded");
    assertThat(end.exitCode()).isEmpty();
  }

  @Test
  void aFailureIsTriedAgainUntilItSucceeds() {
    RunEnd end = run("third-time");
    assertThat(end.outcome()).isEqualTo("succeeded");
    assertThat(end.attempt()).isEqualTo(3);
    assertThat(end.output()).isEqualTo("lucky\n");
    assertThat(end.duration()).isGreaterThanOrEqualTo(Duration.ofSeconds(3));
    assertThat(daemon.history("third-time")).hasSize(1);
  }

  @Test
  void aRunWithoutATryLeftHasFailed() {
    RunEnd end = run("never");
    assertThat(end.outcome()).isEqualTo("failed");
    assertThat(end.attempt()).isEqualTo(3);
    assertThat(end.exitCode()).contains(4);
  }

  @Test
  void aTimeOutEndsTheWholeGroup() throws Exception {
    RunEnd end = run("stubborn");
    assertThat(end.outcome()).isEqualTo("timed-out");
    assertThat(end.signal()).contains(9);
    long grandchild = pid("stubborn.pid");
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> ProcessHandle.of(grandchild).filter(ProcessHandle::isAlive).isEmpty());
  }

  @Test
  void anOverlapCanBeSkipped() throws Exception {
    String first = daemon.runNow("skips");
    daemon.awaitProcess(first);
    RunEnd second = run("skips");
    assertThat(second.outcome()).isEqualTo("skipped");
    assertThat(second.reason()).contains("the previous run is still in progress");
    assertThat(second.started()).isEmpty();
    go("skips");
    assertThat(daemon.end("skips", first).outcome()).isEqualTo("succeeded");
  }

  @Test
  void anOverlapCanWait() throws Exception {
    String first = daemon.runNow("queues");
    daemon.awaitProcess(first);
    String second = daemon.runNow("queues");
    await().until(() -> daemon.runs().of("queues").size() == 2);
    RunEnd third = run("queues");
    assertThat(third.outcome()).isEqualTo("skipped");
    go("queues");
    RunEnd firstEnd = daemon.end("queues", first);
    RunEnd secondEnd = daemon.end("queues", second);
    assertThat(secondEnd.outcome()).isEqualTo("succeeded");
    assertThat(secondEnd.started().orElseThrow()).isAfterOrEqualTo(firstEnd.ended());
  }

  @Test
  void anOverlapCanReplaceTheLastRunEvenIfThatDoesNotHeedTerm() {
    String first = daemon.runNow("replaces");
    daemon.awaitProcess(first);
    String second = daemon.runNow("replaces");
    RunEnd end = daemon.end("replaces", first);
    assertThat(end.outcome()).isEqualTo("interrupted");
    assertThat(end.reason()).contains("replaced by run " + second);
    assertThat(end.signal()).contains(9);
    daemon.awaitProcess(second);
    daemon.runs().find(second).orElseThrow().interrupt("killed by somebody");
    assertThat(daemon.end("replaces", second).reason()).contains("killed by somebody");
  }

  @Test
  void jobsOfAGroupWaitForEachOther() throws Exception {
    String first = daemon.runNow("one-of-group");
    daemon.awaitProcess(first);
    String second = daemon.runNow("other-of-group");
    await().until(() -> daemon.runs().find(second).isPresent());
    String killed = daemon.runNow("other-of-group");
    await().until(() -> daemon.runs().find(killed).isPresent());
    daemon.runs().find(killed).orElseThrow().interrupt("killed by somebody");
    RunEnd killedEnd = daemon.end("other-of-group", killed);
    assertThat(killedEnd.outcome()).isEqualTo("skipped");
    assertThat(killedEnd.reason()).contains("killed by somebody");
    go("one-of-group");
    RunEnd secondEnd = daemon.end("other-of-group", second);
    assertThat(secondEnd.started().orElseThrow())
        .isAfterOrEqualTo(daemon.end("one-of-group", first).ended());
  }

  @Test
  void aMissingShellIsTheReasonWhyNothingStarted() {
    RunEnd end = run("no-shell");
    assertThat(end.outcome()).isEqualTo("not-started");
    assertThat(end.reason()).contains("SHELL = /bin/nosuch does not exist");
    assertThat(end.started()).isEmpty();
  }

  @Test
  void aJobThatIsNotInForceCannotBeRun() {
    assertThatThrownBy(() -> daemon.runNow("nosuch"))
        .hasRootCauseInstanceOf(NoSuchJob.class)
        .hasRootCauseMessage("no such job: nosuch");
  }

  @Test
  void nothingIsLeftOfRunsThatHaveEnded() {
    List.of("prints", "fails", "sends").forEach(this::run);
    assertThat(daemon.runs().of("prints")).isEmpty();
    assertThat(daemon.runs().of("sends")).isEmpty();
  }

  private RunEnd run(String job) {
    return daemon.end(job, daemon.runNow(job));
  }

  private void go(String job) throws Exception {
    Files.createFile(folder.resolve(job + ".go"));
  }

  private ProcessHandle process(String file) throws Exception {
    return ProcessHandle.of(pid(file)).orElseThrow();
  }

  private long pid(String file) throws Exception {
    return Long.parseLong(Files.readString(folder.resolve(file)).strip());
  }
}
