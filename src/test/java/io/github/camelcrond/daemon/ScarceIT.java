// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The program with little memory and few open files. */
class ScarceIT extends OneDaemon {
  private static final Duration LONG = Duration.ofMinutes(3);

  @ParameterizedTest(name = "{0}: {1} jobs print {2} MB each at once")
  @CsvSource({"-Xmx96m, 150, 3", "-Xmx40m, 10, 20"})
  void outputOfManyRunsNeverFillsTheHeap(String heap, int jobs, int megabytes) throws Exception {
    StringBuilder crontab = new StringBuilder("CRON_NAME=tick\n@every 1s - true\n");
    for (int i = 0; i < jobs; i++) {
      crontab.append("CRON_NAME=large").append(i).append("\n@reboot - sleep 1; ");
      crontab.append("yes ").append("x".repeat(99)).append(" | head -c ").append(megabytes);
      crontab.append("000000\n");
    }
    daemon.variable("JAVA_TOOL_OPTIONS", heap);
    // What is logged is held nowhere, and would only take time.
    daemon.set("crond.log.output", "false");
    daemon.set("crond.http.enabled", "true").set("crond.http.port", "0");
    daemon.crontab(crontab.toString()).start();
    await().atMost(LONG).until(() -> daemon.log("job=large", "exit-code=").size() == jobs);
    assertThat(daemon.log("job succeeded", "job=large")).hasSize(jobs);
    int ticks = daemon.log("job succeeded", "job=tick").size();
    daemon.awaitLogs(ticks + 3, "job succeeded", "job=tick");
    String url = RealDaemon.value(daemon.awaitLog("HTTP server listening"), "url");
    HttpRequest request = HttpRequest.newBuilder(URI.create(url + "/observe/health/live")).build();
    assertThat(HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).statusCode())
        .isEqualTo(200);
    assertThat(daemon.stop()).isZero();
    assertThat(daemon.log()).noneMatch(line -> line.contains("OutOfMemoryError"));
  }

  @ParameterizedTest
  @ValueSource(ints = {80, 48})
  void runsWithFewOpenFiles(int files) throws Exception {
    daemon.under("prlimit", "--nofile=" + files);
    daemon.crontab("@every 1s - true\n@every 1s - sleep 1\n").start();
    daemon.awaitLogs(5, "job succeeded");
    assertThat(daemon.stop()).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {47, 20, 12})
  void refusesToStartWithFewerOpenFilesAndNamesTheLimit(int files) throws Exception {
    daemon.under("prlimit", "--nofile=" + files).crontab("@every 1s - true\n").start();
    assertThat(daemon.exitCode()).isEqualTo(1);
    assertThat(daemon.awaitLog("camel-crond: ")).contains("ulimit -n");
  }

  @Test
  void pollsWhereTheUserHasNoInotifyInstanceLeft() throws Exception {
    assumeThat(System.getProperty("user.name")).as("only root switches users").isEqualTo("root");
    assumeThat(Path.of("/usr/bin/perl")).exists();
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
    String[] nobody = {"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--"};
    String code = System.getProperty("os.arch").equals("aarch64") ? "26" : "294";
    List<String> command = new ArrayList<>(List.of(nobody));
    command.addAll(
        List.of("perl", "-e", "1 while syscall(" + code + ", 0) >= 0; $|=1; print 1; sleep 300"));
    Process holder = new ProcessBuilder(command).start();
    try {
      assertThat(holder.getInputStream().read()).isEqualTo('1');
      daemon.under(nobody).crontab("0 0 1 1 * - true\n").start();
      daemon.awaitLog("crontab directory is polled, not watched", "inotify", "poll-period=1s");
      daemon.awaitLog("crontab loaded", "jobs=1");
      daemon.crontab("0 0 1 1 * - true\n1 0 1 1 * - true\n");
      daemon.awaitLog("crontab loaded", "jobs=2");
      assertThat(daemon.log("polled, not watched")).hasSize(1);
    } finally {
      holder.destroyForcibly();
    }
  }

  @Test
  void aStopWithAFullDiskEndsWithCodeZero() throws Exception {
    Path disk = Files.createDirectory(folder.resolve("disk"));
    int mounted =
        new ProcessBuilder("mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", disk.toString())
            .start()
            .waitFor();
    assumeThat(mounted).as("only root mounts").isZero();
    try {
      daemon.set("crond.store.dir", disk.resolve("store").toString());
      daemon.crontab("@every 1s - true\n").start().awaitLogs(2, "job succeeded");
      new ProcessBuilder("dd", "if=/dev/zero", "of=" + disk.resolve("fill"), "bs=1k")
          .start()
          .waitFor();
      daemon.awaitLogs(daemon.log("job succeeded").size() + 5, "job succeeded");
      assertThat(daemon.stop()).isZero();
    } finally {
      daemon.close();
      new ProcessBuilder("umount", "-l", disk.toString()).start().waitFor();
    }
  }

  @Test
  void jobsStartWhileWhoeverReadsTheLogDoesNot() throws Exception {
    Path ledger = Files.createFile(folder.resolve("ledger"));
    Path log = folder.resolve("log");
    new ProcessBuilder("mkfifo", log.toString()).start().waitFor();
    Process reader = new ProcessBuilder("sh", "-c", "exec sleep 300 < " + log).start();
    try {
      daemon.under("sh", "-c", "exec \"$@\" > " + log + " 2>&1", "sh");
      // A pipe holds some 500 lines: what the other jobs log fills it within seconds.
      String busy = "@every 1s - true\n".repeat(100);
      daemon.set("crond.log.output", "false");
      daemon.crontab("CRON_OVERLAP=allow\n" + busy + "@every 1s - echo >> " + ledger + "\n");
      daemon.start();
      await().atMost(LONG).until(() -> Files.size(ledger) > 20);
    } finally {
      reader.destroyForcibly();
    }
  }
}
