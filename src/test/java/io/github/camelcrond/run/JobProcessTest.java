// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelcrond.crontab.DaemonUser;
import io.github.camelcrond.crontab.Users;
import io.github.camelcrond.process.ProcessRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.ValueSource;

class JobProcessTest {
  private final RunFixture fixture = new RunFixture();
  private final Map<String, String> container = new TreeMap<>();
  @TempDir Path folder;
  private Users users;

  @BeforeEach
  void writeUsers() throws IOException {
    String passwd = "root:x:0:0::/root:/bin/bash\nann:x:1001:1001::" + folder + ":/bin/zsh\n";
    users = new Users(Files.writeString(folder.resolve("passwd"), passwd));
  }

  @ParameterizedTest
  @CsvFileSource(resources = "/spec/job/environment.csv", delimiter = '|')
  void putsTheEnvironmentTogether(
      String rule, String inContainer, String inCrontab, String name, String value) {
    assignments(inContainer).forEach(a -> container.put(a[0], a[1]));
    String[] lines =
        Stream.concat(
                assignments(inCrontab).map(a -> a[0] + "=\"" + a[1] + "\""),
                Stream.of("* * * * * ann true"))
            .toArray(String[]::new);
    String expected = value == null ? null : value.replace("(home)", folder.toString());
    assertThat(of(lines).environment().get(name)).as(rule).isEqualTo(expected);
  }

  private static final String ENTER =
      "cd \"$1\" 2>/dev/null || cd /; unset OLDPWD; shift; exec \"$@\"";

  private static Stream<String[]> assignments(String text) {
    return text == null ? Stream.empty() : Stream.of(text.split(" ")).map(a -> a.split("=", 2));
  }

  @Test
  void tellsAJobWhoItIs() {
    Run run = fixture.run(RunFixture.job("CRON_NAME=nightly", "* * * * * ann true"));
    assertThat(process(1001).of(run).environment())
        .containsEntry("CRON_JOB_ID", "nightly")
        .containsEntry("CRON_RUN_ID", run.id())
        .containsEntry("CRON_SCHEDULED_AT", "2026-11-22T00:00:00Z")
        .doesNotContainKey("CRON_FENCE");
    assertThat(process(1001).of(run.fenced(7)).environment()).containsEntry("CRON_FENCE", "7");
  }

  @Test
  void runsTheCommandByTheShellInTheHomeFolder() {
    ProcessRequest request = of("* * * * * ann echo a\\%b%c%d");
    assertThat(request.argv()).containsExactly("/bin/sh", "-c", "echo a%b");
    assertThat(request.directory()).isEqualTo(folder);
    assertThat(new String(request.stdin(), StandardCharsets.UTF_8)).isEqualTo("c\nd\n");
  }

  @Test
  void givesAnEmptyStandardInputWhereNoneIsWritten() {
    assertThat(of("* * * * * ann cat").stdinEmpty()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/nonexistent", "relative", "/etc/passwd"})
  void runsInTheRootFolderWhereHomeIsNone(String home) {
    assertThat(of("HOME=" + home, "* * * * * ann true").directory()).isEqualTo(Path.of("/"));
  }

  @Test
  void switchesTheUserInFrontOfTheShell() {
    Run run = fixture.run(RunFixture.job("* * * * * ann true"));
    assertThat(process(0).of(run).argv())
        .startsWith("as", "1001", "/bin/sh")
        .endsWith("/bin/sh", "-c", "true");
  }

  @Test
  void entersTheHomeFolderOfAnotherUserAsThatUserOnly() {
    Run run = fixture.run(RunFixture.job("* * * * * ann true"));
    ProcessRequest request = process(0).of(run);
    assertThat(request.directory()).isEqualTo(Path.of("/"));
    assertThat(request.argv())
        .containsExactly(
            "as", "1001", "/bin/sh", "-c", ENTER, "sh", folder.toString(), "/bin/sh", "-c", "true");
  }

  @Test
  void switchesNoUserToItself() {
    Run run = fixture.run(RunFixture.job("* * * * * - true"));
    assertThat(process(0).of(run).argv()).containsExactly("/bin/sh", "-c", "true");
  }

  @Test
  void refusesAUserThatHasGone() throws IOException {
    Run run = fixture.run(RunFixture.job("* * * * * bob true"));
    assertThatThrownBy(() -> process(0).of(run)).hasMessage("user bob does not exist");
  }

  @Test
  void neverRunsTheJobOfAnotherUserAsRootWhileThereIsNoTableOfUsers() throws IOException {
    users = new Users(folder.resolve("none"));
    Run run = fixture.run(RunFixture.job("* * * * * bob true"));
    assertThatThrownBy(() -> process(0).of(run))
        .hasMessage("user bob cannot be looked up, " + folder.resolve("none") + " does not exist");
  }

  @Test
  void runsAllAsItselfWithoutPasswdEntry() {
    Run run = fixture.run(RunFixture.job("* * * * * ann true"));
    ProcessRequest request = process(4711).of(run);
    assertThat(request.argv()).containsExactly("/bin/sh", "-c", "true");
    assertThat(request.environment()).doesNotContainKey("USER").containsEntry("HOME", "/");
  }

  @Test
  void runsAllAsRootWithItsHomeWhereSwitchingIsOff() {
    DaemonUser root = new DaemonUser(0, users, true);
    Run run = fixture.run(RunFixture.job("* * * * * ann true"));
    assertThat(new JobProcess(container, root, users, user -> List.of()).of(run).environment())
        .containsEntry("HOME", "/root")
        .containsEntry("USER", "root");
  }

  @ParameterizedTest
  @CsvFileSource(resources = "/spec/job/shell.csv", delimiter = '|')
  void saysWhyAShellCannotBeUsed(String shell, String message) {
    assertThatThrownBy(() -> of("SHELL=" + shell, "* * * * * ann true")).hasMessage(message);
  }

  private ProcessRequest of(String... lines) {
    return process(1001).of(fixture.run(RunFixture.job(lines)));
  }

  private JobProcess process(long uid) {
    return new JobProcess(
        container,
        new DaemonUser(uid, users, false),
        users,
        user -> List.of("as", Long.toString(user.uid())));
  }
}
