// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A crontab of files and folders that come, go and change, with the daemon as it is shipped. */
class CrontabFoldersIT {
  private static final String BEAT = "@every 5s - echo beat $CRON_SCHEDULED_AT\n";
  private static final String HOURLY = "@every 1h - hourly\n";

  @TempDir private Path home;
  private Path folder;
  private RealDaemon daemon;

  @BeforeEach
  void create() throws IOException {
    folder = Files.createDirectories(home.resolve("cron.d"));
    // So seldom that what is seen was seen by an event; where there is none, a test sets it anew.
    daemon = new RealDaemon(home).set("crond.crontab.poll-period", "1h");
  }

  @AfterEach
  void stop() {
    daemon.close();
  }

  private void start() throws IOException {
    String both = daemon.crontab() + ":" + folder + "/";
    daemon.set("crond.crontab.file", both).start("run").awaitLog("crontab loaded");
  }

  private void write(String name, String text) throws IOException {
    Path next = Files.writeString(home.resolve("next"), text);
    Files.move(next, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
  }

  @Test
  void filesComeChangeAndGoAndTheJobsOfTheOthersStay() throws Exception {
    daemon.crontab(BEAT);
    write("a", "A = 1\n" + HOURLY);
    start();
    daemon.awaitLog("crontab loaded", "jobs=2", "errors=0");
    long first = seconds(daemon.awaitLog("beat 2"));

    write("b", HOURLY);
    daemon.awaitLog("crontab loaded", "jobs=3", "added=1", "removed=0", "changed=0");
    Files.writeString(folder.resolve("b"), HOURLY + "99 * * * * - x\n");
    daemon.awaitLog("crontab loaded", "jobs=3", "added=0", "removed=0", "changed=0", "errors=1");
    daemon.awaitLog("WARN", folder + "/b:2:1: minute 99 is out of range");
    Files.delete(folder.resolve("b"));
    daemon.awaitLog("crontab loaded", "jobs=2", "added=0", "removed=1", "changed=0", "errors=0");
    write("a", "A = 2\n" + HOURLY);
    daemon.awaitLog("crontab loaded", "jobs=2", "added=0", "removed=0", "changed=1");

    assertThat(seconds(daemon.awaitLogs(3, "beat 2").get(2))).isEqualTo(first + 10);
    assertThat(daemon.log("ERROR")).isEmpty();
    assertThat(daemon.stop()).isZero();
  }

  private static long seconds(String line) {
    return Instant.parse(line.replaceFirst(".*beat (\\S+).*", "$1")).getEpochSecond();
  }

  @Test
  void aFolderThatIsReplacedOrComesLaterIsWatched() throws Exception {
    daemon.set("crond.crontab.poll-period", "1s").crontab(HOURLY);
    Files.delete(folder);
    start();
    assertThat(daemon.log("crontab directory is polled", folder.toString())).hasSize(1);
    daemon.awaitLog("WARN", "no crontab directory", folder.toString());

    Files.createDirectory(folder);
    write("a", HOURLY);
    daemon.awaitLog("crontab loaded", "jobs=2", "added=1");
    Files.move(folder, home.resolve("old"));
    daemon.awaitLogs(2, "WARN", "no crontab directory", folder.toString());
    Files.createDirectory(folder);
    write("a", HOURLY);
    write("b", HOURLY);

    daemon.awaitLog("crontab loaded", "jobs=3", "added=1", "removed=0");
    assertThat(daemon.log("ERROR")).isEmpty();
  }

  @Test
  void whatIsNoCrontabIsSaidOnceAndAllElseRuns() throws Exception {
    daemon.set("crond.crontab.poll-period", "1s").crontab(BEAT);
    write("good", HOURLY);
    write("skipped.dpkg-old", HOURLY);
    Files.write(
        folder.resolve("binary"), new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 0, 0, '\n', 0, -1});
    Files.createSymbolicLink(folder.resolve("cycle"), Path.of("cycle"));
    Files.createDirectory(folder.resolve("directory"));
    Files.createSymbolicLink(folder.resolve("error"), Path.of("/proc/self/mem"));
    Files.createSymbolicLink(folder.resolve("nowhere"), Path.of("none"));
    new ProcessBuilder("mkfifo", folder.resolve("pipe").toString()).start().waitFor();
    start();

    daemon.awaitLog("crontab loaded", "jobs=2", "errors=1");
    daemon.awaitLogs(2, "beat 2");

    for (String name : new String[] {"binary", "cycle", "directory", "error", "nowhere", "pipe"}) {
      assertThat(daemon.log("WARN", folder + "/" + name)).as(name).hasSize(1);
    }
    assertThat(daemon.log("crontab loaded")).hasSize(1);
    assertThat(daemon.log("skipped")).isEmpty();
    assertThat(daemon.log("ERROR")).isEmpty();
  }

  @Test
  void aFileThatComesAndGoesAllTheTimeHarmsNoOther() throws Exception {
    daemon.crontab(BEAT);
    write("a", HOURLY);
    start();
    for (int i = 0; i < 500; i++) {
      write("b", HOURLY.repeat(1 + i % 7));
      Files.delete(folder.resolve("b"));
    }
    write("c", "@reboot - never\n");

    daemon.awaitLog("crontab loaded", "jobs=3");
    assertThat(daemon.log("crontab loaded").get(daemon.log("crontab loaded").size() - 1))
        .contains("jobs=3");
    assertThat(daemon.log("ERROR")).isEmpty();
    assertThat(daemon.log("WARN")).isEmpty();
  }

  @Test
  void theStoreBringsAllFilesBackAndLeavesOthersAlone() throws Exception {
    daemon.crontab(BEAT);
    write("a", HOURLY);
    write("b", "# no newline at the end\n@every 2h - b");
    start();
    daemon.awaitLog("crontab loaded", "jobs=3");
    assertThat(daemon.stop()).isZero();
    Files.delete(daemon.crontab());
    Files.delete(folder.resolve("a"));
    Files.delete(folder.resolve("b"));
    Files.writeString(folder.resolve("notes.txt"), "mine\n");

    start();

    daemon.awaitLog("crontab restored");
    daemon.awaitLog("crontab loaded", "jobs=3");
    assertThat(daemon.crontab()).hasContent(BEAT);
    assertThat(folder.resolve("a")).hasContent(HOURLY);
    assertThat(Files.readString(folder.resolve("b"))).endsWith("@every 2h - b");
    assertThat(folder.resolve("notes.txt")).hasContent("mine\n");
  }

  @Test
  void aRebootLineInAFileWithoutNewlineRuns() throws Exception {
    daemon.crontab(HOURLY);
    write("a", "@reboot - echo up");
    start();

    daemon.awaitLog("up");
    assertThat(daemon.log("crontab loaded")).hasSize(1);
  }
}
