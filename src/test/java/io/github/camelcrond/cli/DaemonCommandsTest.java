// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.camelcrond.http.RunningDaemon;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

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
            """);
  }

  @AfterAll
  static void stop() {
    System.clearProperty("crond.http.token");
    daemon.close();
  }

  private int run(Object command, String... args) {
    List<String> all = new ArrayList<>(List.of("--url", daemon.url().toString()));
    all.addAll(List.of(args));
    out.getBuffer().setLength(0);
    return new CommandLine(command)
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err, true))
        .setExecutionExceptionHandler(
            (e, line, parsed) -> {
              line.getErr().println(ErrorText.of(e));
              return 1;
            })
        .execute(all.toArray(String[]::new));
  }

  @Test
  void jobsAreATableForPeople() {
    assertThat(run(new JobsCommand())).isZero();
    assertThat(out.toString().lines().toList().get(0))
        .matches("JOB +SCHEDULE +STATE +LAST +ENDED +NEXT +USER +COMMAND");
    assertThat(out.toString()).contains("hello      0 0 1 1 *  ");
    assertThat(out.toString()).containsPattern("quick .* [+-]\\d\\d:\\d\\d +- +true\n");
  }

  @Test
  void jobsAreJsonForPrograms() throws IOException {
    assertThat(run(new JobsCommand(), "--json")).isZero();
    assertThat(new ObjectMapper().readTree(out.toString()).findValuesAsText("id")).hasSize(6);
  }

  @Test
  void aFollowedRunEndsWithItsExitCode() {
    assertThat(run(new RunNowCommand(), "hello", "--follow")).isZero();
    assertThat(out).hasToString("one\ntwo\n");
    assertThat(run(new RunNowCommand(), "fails", "--follow")).isEqualTo(7);
    assertThat(out).hasToString("oops\n");
    assertThat(run(new RunNowCommand(), "quick", "--follow")).isZero();
    assertThat(run(new RunNowCommand(), "signalled", "--follow")).isEqualTo(137);
  }

  @Test
  void historyShowsTheLastRuns() {
    run(new RunNowCommand(), "fails", "--follow");
    await()
        .untilAsserted(
            () -> {
              assertThat(run(new HistoryCommand(), "fails")).isZero();
              assertThat(out.toString()).containsPattern("failed +7 ");
            });
    assertThat(run(new HistoryCommand(), "fails", "-n", "0")).isEqualTo(2);
  }

  @Test
  void aRunIsKilled() {
    assertThat(run(new RunNowCommand(), "long")).isZero();
    String id = out.toString().strip();
    assertThat(run(new KillCommand(), id)).isZero();
    await().until(() -> daemon.json("/runs/" + id).path("outcome").asText(), "interrupted"::equals);
    assertThat(run(new KillCommand(), id)).isEqualTo(1);
    assertThat(err.toString()).contains("no run with the id " + id + " is in progress");
  }

  @Test
  void aJobIsPausedAndResumed() {
    assertThat(run(new PauseCommand(), "quick")).isZero();
    run(new JobsCommand());
    assertThat(out.toString()).containsPattern("quick +0 0 1 1 \\* +paused");
    assertThat(run(new ResumeCommand(), "quick")).isZero();
    run(new JobsCommand());
    assertThat(out.toString()).doesNotContain("paused");
  }

  @Test
  void commandsPrintTheAnswerOfTheDaemonAsJson() {
    assertThat(run(new PauseCommand(), "quick", "--json")).isZero();
    assertThat(out.toString()).startsWith("{").contains("\"paused\":true");
    assertThat(run(new ResumeCommand(), "quick", "--json")).isZero();
    assertThat(out.toString()).startsWith("{").contains("\"paused\":false");
    run(new RunNowCommand(), "long");
    String id = out.toString().strip();
    assertThat(run(new KillCommand(), id, "--json")).isZero();
    assertThat(out.toString().strip()).isEqualTo("{\"run\":\"" + id + "\"}");
  }

  @Test
  void theBeginningOfAJobIdWillDo() {
    assertThat(run(new PauseCommand(), "qu")).isZero();
    assertThat(out.toString().strip()).isEqualTo("quick is paused");
    assertThat(run(new ResumeCommand(), "qui")).isZero();
    assertThat(run(new RunNowCommand(), "fai", "--follow")).isEqualTo(7);
    assertThat(run(new HistoryCommand(), "fai")).isZero();
    // The job "hell" is the beginning of "hello" as well.
    assertThat(run(new RunNowCommand(), "hell", "--follow")).isZero();
    assertThat(out).hasToString("");
    assertThat(run(new PauseCommand(), "hel")).isEqualTo(1);
    assertThat(err.toString()).contains("job hel is ambiguous, use one of hello, hell");
  }

  @Test
  void printsTheOutputOfARun() {
    run(new RunNowCommand(), "fails");
    String id = out.toString().strip();
    await()
        .untilAsserted(
            () -> {
              assertThat(run(new OutputCommand(), id)).isZero();
              assertThat(out).hasToString("oops\n");
            });
    assertThat(run(new OutputCommand(), "01NOSUCHRUN")).isEqualTo(1);
    assertThat(err.toString()).contains("no such run: 01NOSUCHRUN");
  }

  @Test
  void theTokenOfTheCommandLineCountsFirst() {
    System.setProperty("crond.http.token", "other");
    try {
      assertThat(run(new JobsCommand(), "--token", RunningDaemon.TOKEN)).isZero();
    } finally {
      System.setProperty("crond.http.token", RunningDaemon.TOKEN);
    }
  }

  @Test
  void saysWhatTheDaemonAnswered() {
    assertThat(run(new HistoryCommand(), "no such")).isEqualTo(1);
    assertThat(err.toString()).contains("no such job: no such");
  }

  @Test
  void saysThatNoDaemonAnswers() {
    assertThat(run(new JobsCommand(), "--url", "http://127.0.0.1:1")).isIn(1, 2);
    StringWriter said = new StringWriter();
    new CommandLine(new JobsCommand())
        .setErr(new PrintWriter(said, true))
        .setExecutionExceptionHandler(
            (e, line, parsed) -> {
              line.getErr().println(e.getMessage());
              return 1;
            })
        .execute("--url", "http://127.0.0.1:1");
    assertThat(said.toString()).startsWith("no daemon is listening at http://127.0.0.1:1");
  }

  @Test
  void saysThatTheTokenIsNotTheDaemons() {
    System.setProperty("crond.http.token", "other");
    try {
      assertThat(run(new JobsCommand())).isEqualTo(1);
      assertThat(err.toString()).contains("rejected the token");
    } finally {
      System.setProperty("crond.http.token", RunningDaemon.TOKEN);
    }
  }
}
