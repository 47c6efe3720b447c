// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.daemon;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each way in which a crontab is edited, with the daemon as it is shipped. */
class ReloadIT extends OneDaemon {
  private static final String OLD = "@every 1h - old\n";
  private static final String NEW = "@every 2h - new\n";

  @BeforeEach
  void pollSeldom() {
    // So seldom that what is seen was seen by an event; where there is none, a test sets it anew.
    daemon.set("crond.crontab.poll-period", "1h");
  }

  private void start() throws IOException {
    daemon.crontab(OLD).start().awaitLog("crontab loaded", "jobs=1");
  }

  private void startPolling() throws IOException {
    daemon.set("crond.crontab.poll-period", "1s");
    start();
  }

  @Test
  void lineIsAppended() throws Exception {
    start();

    Files.writeString(daemon.crontab(), NEW, StandardOpenOption.APPEND);

    daemon.awaitLog("crontab loaded", "jobs=2", "added=1", "removed=0");
  }

  @Test
  void fileIsRewrittenInPlace() throws Exception {
    start();

    Files.writeString(daemon.crontab(), NEW);

    daemon.awaitLog("crontab loaded", "jobs=1", "added=1", "removed=1");
  }

  @Test
  void anotherFileIsRenamedOverIt() throws Exception {
    start();

    daemon.crontab(OLD + NEW);

    daemon.awaitLog("crontab loaded", "jobs=2", "added=1");
  }

  @Test
  void fileIsDeletedAndCreatedAgain() throws Exception {
    start();

    Files.delete(daemon.crontab());
    daemon.awaitLog("WARN", "no crontab, keeping the jobs in force");
    daemon.crontab(NEW);

    daemon.awaitLog("crontab loaded", "added=1", "removed=1");
  }

  @Test
  void symbolicLinkOfItsFolderIsSwappedAsKubernetesDoes() throws Exception {
    startPolling();
    Path etc = daemon.crontab().getParent();
    Files.createDirectories(etc.resolve("..1"));
    Files.createDirectories(etc.resolve("..2"));
    Files.writeString(etc.resolve("..1/crontab"), OLD);
    Files.writeString(etc.resolve("..2/crontab"), NEW);
    Files.createSymbolicLink(etc.resolve("..data"), Path.of("..1"));
    Files.delete(daemon.crontab());
    Files.createSymbolicLink(daemon.crontab(), Path.of("..data/crontab"));

    Files.createSymbolicLink(etc.resolve("..data_tmp"), Path.of("..2"));
    Files.move(etc.resolve("..data_tmp"), etc.resolve("..data"), ATOMIC_MOVE);

    daemon.awaitLog("crontab loaded", "added=1", "removed=1");
  }

  @Test
  void folderIsReplacedAndIsWatchedAgain() throws Exception {
    startPolling();
    Path etc = daemon.crontab().getParent();
    // When an edit is seen, the folder is watched.
    daemon.crontab(OLD + NEW).awaitLog("crontab loaded", "jobs=2");
    daemon.crontab(OLD).awaitLog("crontab loaded", "removed=1");

    Files.move(etc, folder.resolve("old"));
    daemon.awaitLog("WARN", "no crontab, keeping the jobs in force");
    daemon.crontab(NEW);
    daemon.awaitLog("crontab loaded", "added=1", "removed=1");
    daemon.crontab(OLD + NEW);

    daemon.awaitLogs(2, "crontab loaded", "jobs=2", "added=1");
    assertThat(daemon.log("ERROR")).isEmpty();
  }

  @Test
  void folderThatIsMissingAtTheStartComesLater() throws Exception {
    daemon.start().awaitLog("no crontab, retrying");
    assertThat(daemon.log("crontab directory is polled", "it does not exist", "poll-period=1s"))
        .hasSize(1);

    daemon.crontab(OLD);

    daemon.awaitLog("crontab loaded", "jobs=1");
  }

  @Test
  void lineThatIsWrittenInTwoHalvesRunsAsAWhole() throws Exception {
    start();

    Files.writeString(daemon.crontab(), "@every 2h - echo ha", StandardOpenOption.APPEND);
    Files.writeString(daemon.crontab(), "lf\n", StandardOpenOption.APPEND);

    daemon.awaitLog("crontab loaded", "jobs=2");
    assertThat(daemon.log("crontab loaded")).hasSize(2);
  }

  @Test
  void unchangedJobKeepsItsNextInstant() throws Exception {
    daemon.crontab("@every 5s - echo beat $CRON_SCHEDULED_AT\n").start();
    long first = seconds(daemon.awaitLog("beat 2"));

    daemon.crontab("@every 5s - echo beat $CRON_SCHEDULED_AT\n" + NEW);

    assertThat(seconds(daemon.awaitLogs(2, "beat 2").get(1))).isEqualTo(first + 5);
    assertThat(daemon.log("crontab loaded", "jobs=2", "added=1", "removed=0")).hasSize(1);
  }

  private static long seconds(String line) {
    String instant = line.replaceFirst(".*beat (\\S+).*", "$1");
    return java.time.Instant.parse(instant).getEpochSecond();
  }

  @Test
  void removesAllJobsWhenTheFileIsBlankForAWhile() throws Exception {
    start();

    Files.copy(
        Files.writeString(folder.resolve("blank"), "# nothing\n"),
        daemon.crontab(),
        REPLACE_EXISTING);

    daemon.awaitLog("crontab loaded", "jobs=0", "removed=1");
  }

  @Test
  void hangupReadsTheFileAtOnce() throws Exception {
    startPolling();
    daemon.signal("HUP");
    daemon.crontab(OLD + NEW);
    daemon.signal("HUP");

    daemon.awaitLog("crontab loaded", "jobs=2", "added=1");
    assertThat(daemon.stop()).isZero();
  }
}
