// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.camelcrond.process.Shell.Run;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Most of it needs root, as in a container of its own. */
final class UserSwitchTest {
  private static final Path ROOT = Path.of("/");
  private static final long NOBODY = 65534;

  @TempDir Path folder;
  private ProcessLauncher launcher;

  @BeforeEach
  void open() throws Exception {
    launcher = new PosixSpawnLauncher(Duration.ofMillis(100));
  }

  @AfterEach
  void close() {
    launcher.close();
  }

  @Test
  void offPutsNothingBefore() {
    assertThat(UserSwitch.off().impossible()).isEmpty();
    assertThat(UserSwitch.off().prefix("nobody", NOBODY, NOBODY)).isEmpty();
  }

  @Test
  void theOwnUserNeedsNoProgram() throws Exception {
    long self = ((Number) Files.getAttribute(folder, "unix:uid")).longValue();
    UserSwitch users = UserSwitch.find(ProgramPath.of(""), launcher);
    assertThat(users.prefix("self", self, 0)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"setpriv", "runuser"})
  void runsAsTheUserWithTheUsersGroups(String program) throws Exception {
    assumeRoot();
    Path real = ProgramPath.of("").find(program).orElse(ROOT);
    assumeTrue(!real.equals(ROOT), program + " is not installed");
    Files.createSymbolicLink(folder.resolve(program), real);
    UserSwitch users = UserSwitch.find(new ProgramPath(List.of(folder)), launcher);
    assertThat(users.impossible()).isEmpty();
    assertThat(run(users, "id -u; id -G")).isEqualTo("65534\n65534\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"su-exec", "gosu"})
  void takesAnotherProgramWhereThatIsMissing(String program) throws Exception {
    assumeRoot();
    // Stands in for a program that is seldom installed; takes NAME or UID:GID like that.
    script(
        program,
        "shift; exec /usr/bin/setpriv --reuid=65534 --regid=65534 --clear-groups -- \"$@\"");
    UserSwitch users = UserSwitch.find(new ProgramPath(List.of(folder)), launcher);
    assertThat(users.prefix("nobody", NOBODY, NOBODY))
        .containsExactly(folder.resolve(program).toString(), "nobody");
    assertThat(run(users, "id -u")).isEqualTo("65534\n");
  }

  @Test
  void runsNothingOfOthersWhereRootMayNotSwitch() throws Exception {
    assumeRoot();
    script("setpriv", "echo 'setpriv: setresuid failed: Operation not permitted' >&2; exit 1");
    UserSwitch users = UserSwitch.find(new ProgramPath(List.of(folder)), launcher);
    assertThat(users.impossible())
        .contains(
            "root is not permitted to switch users here, allow it, or set crond.run.user-switch"
                + " = off to run all jobs as root");
    assertThatThrownBy(() -> users.prefix("nobody", NOBODY, NOBODY))
        .hasMessageStartingWith("user nobody: root is not permitted to switch users here");
  }

  @Test
  void runsNothingOfOthersWithoutTheCapabilities() throws Exception {
    assumeRoot();
    Path status = Files.writeString(folder.resolve("status"), "CapEff:\t00000000000000a0\n");
    ProgramPath programs = ProgramPath.of("");
    assertThat(UserSwitch.find(programs, launcher, 0, status).impossible())
        .contains(
            "root lacks the capabilities SETUID and SETGID, add them, or set"
                + " crond.run.user-switch = off to run all jobs as root");
    Files.writeString(status, "CapEff:\t00000000000000e0\n");
    assertThat(UserSwitch.find(programs, launcher, 0, status).impossible()).isEmpty();
  }

  @Test
  void saysWhatCommandsOfOthersNeedWhereTheDaemonIsNotRoot() {
    assertThat(UserSwitch.find(ProgramPath.of(""), launcher, 1000, ROOT).impossible())
        .contains(
            "running commands of other users requires root and the capabilities SETUID"
                + " and SETGID");
  }

  @Test
  void failsTheJobIfTheTrialFailsForAnyOtherReason() throws Exception {
    assumeRoot();
    script("setpriv", "echo 'setpriv: fork: Resource temporarily unavailable' >&2; exit 127");
    UserSwitch users = UserSwitch.find(new ProgramPath(List.of(folder)), launcher);
    assertThat(users.impossible()).isEmpty();
    assertThat(users.prefix("nobody", NOBODY, NOBODY))
        .startsWith(folder.resolve("setpriv").toString());
  }

  @Test
  void runsNothingOfOthersWithoutAProgramForIt() {
    assumeRoot();
    UserSwitch users = UserSwitch.find(new ProgramPath(List.of(folder)), launcher);
    assertThat(users.impossible().orElse("")).contains("install util-linux");
  }

  @Test
  void anotherUserMayOpenItsOutputByName() throws Exception {
    assumeRoot();
    UserSwitch users = UserSwitch.find(ProgramPath.of(""), launcher);
    assumeTrue(users.impossible().isEmpty());
    assertThat(run(users, "echo out > /dev/stdout; cat /dev/stdin")).isEqualTo("out\nin");
  }

  private String run(UserSwitch users, String command) throws Exception {
    List<String> argv = new ArrayList<>(users.prefix("nobody", NOBODY, NOBODY));
    argv.addAll(List.of("/bin/sh", "-c", command));
    ProcessRequest request =
        new ProcessRequest(argv, Shell.ENVIRONMENT, ROOT, new byte[] {'i', 'n'});
    Run run = new Shell(launcher).start(request);
    run.end();
    assertThat(run.output().stderr()).isEmpty();
    return run.output().stdout();
  }

  private void script(String name, String commands) throws Exception {
    Path file = folder.resolve(name);
    Files.writeString(file, "#!/bin/sh\nPATH=/usr/bin:/bin\n" + commands + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static void assumeRoot() {
    assumeTrue(
        "root".equals(System.getProperty("user.name")), "users can be switched by root only");
  }
}
