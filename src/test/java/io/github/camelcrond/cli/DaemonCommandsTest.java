// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.camelcrond.http.RunningDaemon;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that ask a running daemon. */
final class DaemonCommandsTest {
  @TempDir static Path folder;
  private static RunningDaemon daemon;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeAll
  static void start() throws Exception {
    System.setProperty("crond.http.token", RunningDaemon.TOKEN);
    daemon =
        RunningDaemon.start(
            folder,
            """
            CRON_NAME = hello
            0 0 1 1 * - echo one; sleep 0.3; echo two
            CRON_NAME = fails
            0 0 1 1 * - echo oops; exit 7
            CRON_NAME = signalled
            0 0 1 1 * - kill -9 $$
            CRON_NAME = quick
            0 0 1 1 * - true
            CRON_NAME = long
            0 0 1 1 * - exec sleep 60
            CRON_NAME = hell
            0 0 1 1 * - :
            CRON_NAME = tells
            0 0 1 1 * - echo "$CRON_RUN_ID"
            CRON_NAME = waits
            0 0 1 1 * - echo begun; until [ -e FOLDER/go ]; do sleep 0.02; done; echo over
            """
                .replace("FOLDER", folder.toString()));
  }

  @AfterAll
  static void stop() {
    System.clearProperty("crond.http.token");
    daemon.close();
  }

  private int run(String command, String... args) {
    out.getBuffer().setLength(0);
    return execute(out, command, args);
  }

  private int execute(StringWriter out, String command, String... args) {
    List<String> all = new ArrayList<>(List.of(command, "--url", daemon.url().toString()));
    all.addAll(List.of(args));
    return CamelCrond.commandLine()
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err, true))
        .execute(all.toArray(String[]::new));
  }

  @Test
  void jobsAreATableForPeople() {
    assertThat(run("jobs")).isZero();
    assertThat(out.toString().lines().toList().get(0))
        .matches("JOB +LINE +SCHEDULE +STATE +LAST +ENDED +NEXT +USER +COMMAND");
    assertThat(out.toString()).containsPattern("hello +2 +0 0 1 1 \\*  ");
    assertThat(out.toString()).containsPattern("quick .* [+-]\\d\\d:\\d\\d +- +true\n");
  }

  @Test
  void jobsAreJsonForPrograms() throws IOException {
    assertThat(run("jobs", "--json")).isZero();
    assertThat(new ObjectMapper().readTree(out.toString()).findValuesAsText("id")).hasSize(8);
  }

  @Test
  void aFollowedRunEndsWithItsExitCode() {
    assertThat(run("run-now", "hello", "--follow")).isZero();
    assertThat(out).hasToString("one\ntwo\n");
    assertThat(run("run-now", "fails", "--follow")).isEqualTo(7);
    assertThat(out).hasToString("oops\n");
    assertThat(run("run-now", "quick", "--follow")).isZero();
    assertThat(run("run-now", "signalled", "--follow")).isEqualTo(137);
  }

  @Test
  void historyShowsTheLastRuns() {
    run("run-now", "fails", "--follow");
    await()
        .untilAsserted(
            () -> {
              assertThat(run("history", "fails")).isZero();
              assertThat(out.toString()).containsPattern("failed +7 ");
            });
    assertThat(run("history", "fails", "-n", "0")).isEqualTo(2);
  }

  @Test
  void aRunIsKilled() {
    assertThat(run("run-now", "long")).isZero();
    String id = out.toString().strip();
    assertThat(run("kill", id)).isZero();
    await().until(() -> daemon.json("/runs/" + id).path("outcome").asText(), "interrupted"::equals);
    assertThat(run("kill", id)).isEqualTo(1);
    assertThat(err.toString()).contains("no run with the id " + id + " is in progress");
  }

  @Test
  void aJobIsPausedAndResumed() {
    assertThat(run("pause", "quick")).isZero();
    run("jobs");
    assertThat(out.toString()).containsPattern("quick +8 +0 0 1 1 \\* +paused");
    assertThat(run("resume", "quick")).isZero();
    run("jobs");
    assertThat(out.toString()).doesNotContain("paused");
  }

  @Test
  void commandsPrintTheAnswerOfTheDaemonAsJson() {
    assertThat(run("pause", "quick", "--json")).isZero();
    assertThat(out.toString()).startsWith("{").contains("\"paused\":true");
    assertThat(run("resume", "quick", "--json")).isZero();
    assertThat(out.toString()).startsWith("{").contains("\"paused\":false");
    run("run-now", "long");
    String id = out.toString().strip();
    assertThat(run("kill", id, "--json")).isZero();
    assertThat(out.toString().strip()).isEqualTo("{\"run\":\"" + id + "\"}");
  }

  @Test
  void theBeginningOfAJobIdWillDo() {
    assertThat(run("pause", "qu")).isZero();
    assertThat(out.toString().strip()).isEqualTo("quick is paused");
    assertThat(run("resume", "qui")).isZero();
    assertThat(run("run-now", "fai", "--follow")).isEqualTo(7);
    assertThat(run("history", "fai")).isZero();
    // The job "hell" is the beginning of "hello" as well.
    assertThat(run("run-now", "hell", "--follow")).isZero();
    assertThat(out).hasToString("");
    assertThat(run("pause", "hel")).isEqualTo(1);
    assertThat(err.toString())
        .contains("job hel is ambiguous, use one of hello (line 2), hell (line 12)");
  }

  @Test
  void aLineOfTheCrontabWillDo() {
    assertThat(run("pause", "8")).isZero();
    assertThat(out.toString().strip()).isEqualTo("quick is paused");
    assertThat(run("resume", ":8")).isZero();
    assertThat(run("run-now", "4", "--follow")).isEqualTo(7);
    assertThat(run("history", "3")).isEqualTo(1);
    assertThat(err.toString()).contains("no such job: 3");
  }

  @Test
  void logsAreTheOutputsOfTheLastRunsNewestLast() throws IOException {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      assertThat(run("run-now", "tells", "--follow")).isZero();
      ids.add(out.toString().strip());
    }
    await()
        .untilAsserted(
            () -> {
              assertThat(run("logs", "tells", "--raw", "-n", "2")).isZero();
              assertThat(out).hasToString(ids.get(1) + "\n" + ids.get(2) + "\n");
            });
    assertThat(run("logs", "tells")).isZero();
    assertThat(out.toString())
        .matches(
            ids.stream()
                .map(id -> "==> " + id + "  \\S+ \\S+ \\S+  succeeded <==\n" + id + "\n")
                .collect(Collectors.joining()));
    assertThat(run("logs", "tells", "--json", "-n", "1")).isZero();
    JsonNode last = new ObjectMapper().readTree(out.toString());
    assertThat(last.path("run").asText()).isEqualTo(ids.get(2));
    assertThat(last.path("outcome").asText()).isEqualTo("succeeded");
    assertThat(last.path("output").asText()).isEqualTo(ids.get(2) + "\n");
    assertThat(run("logs", "tells", "-n", "-1")).isEqualTo(2);
  }

  @Test
  void logsSayHowARunEnded() {
    run("run-now", "fails", "--follow");
    await()
        .untilAsserted(
            () -> {
              run("logs", "fails", "-n", "1");
              assertThat(out.toString()).contains("  failed, exit code 7 <==\noops\n");
            });
  }

  @Test
  void followedLogsShowRunsToComeWhileTheyAreInProgress() throws Exception {
    StringWriter followed = new StringWriter();
    Thread follower = new Thread(() -> execute(followed, "logs", "waits", "--follow"));
    follower.start();
    try {
      run("run-now", "waits");
      String first = out.toString().strip();
      await().until(followed::toString, text -> text.contains(" <==\nbegun\n"));
      Files.createFile(folder.resolve("go"));
      await().until(followed::toString, text -> text.contains("begun\nover\n==> " + first));
      run("run-now", "waits");
      String second = out.toString().strip();
      await()
          .until(
              followed::toString,
              text ->
                  text.matches("(?s).*" + second + "[^\n]*succeeded <==\n.*")
                      && text.split("over", -1).length == 3);
    } finally {
      follower.interrupt();
      follower.join(5_000);
    }
  }

  @Test
  void printsTheOutputOfARun() {
    run("run-now", "fails");
    String id = out.toString().strip();
    await()
        .untilAsserted(
            () -> {
              assertThat(run("output", id)).isZero();
              assertThat(out).hasToString("oops\n");
            });
    assertThat(run("output", "01NOSUCHRUN")).isEqualTo(1);
    assertThat(err.toString()).contains("no such run: 01NOSUCHRUN");
  }

  @Test
  void theTokenOfTheCommandLineCountsFirst() {
    System.setProperty("crond.http.token", "other");
    try {
      assertThat(run("jobs", "--token", RunningDaemon.TOKEN)).isZero();
    } finally {
      System.setProperty("crond.http.token", RunningDaemon.TOKEN);
    }
  }

  @Test
  void saysWhatTheDaemonAnswered() {
    assertThat(run("history", "no such")).isEqualTo(1);
    assertThat(err.toString()).contains("no such job: no such");
  }

  @Test
  void saysThatNoDaemonAnswers() {
    StringWriter said = new StringWriter();
    int code =
        CamelCrond.commandLine()
            .setErr(new PrintWriter(said, true))
            .execute("jobs", "--url", "http://127.0.0.1:1");
    assertThat(code).isEqualTo(1);
    assertThat(said.toString())
        .startsWith("camel-crond: no daemon is listening at http://127.0.0.1:1");
  }

  @Test
  void saysThatTheTokenIsNotTheDaemons() {
    System.setProperty("crond.http.token", "other");
    try {
      assertThat(run("jobs")).isEqualTo(1);
      assertThat(err.toString()).contains("rejected the token");
    } finally {
      System.setProperty("crond.http.token", RunningDaemon.TOKEN);
    }
  }
}
