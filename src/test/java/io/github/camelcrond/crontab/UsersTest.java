// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.crontab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UsersTest {
  @TempDir private Path folder;
  private Path file;

  @BeforeEach
  void writePasswd() throws IOException {
    file = folder.resolve("passwd");
    Files.writeString(
        file,
        """
        root:x:0:0:root:/root:/bin/bash
        # comment
        broken:x:zero:0::/:/bin/sh
        short:x:1
        app:x:1000:1001:The app,,,:/home/app:
        toor:x:0:0::/root:/bin/sh
        app:x:5:5::/:/bin/sh
        """);
  }

  private DaemonUser daemon(long uid) {
    return new DaemonUser(uid, new Users(file), false);
  }

  @Test
  void readsEntriesAndPassesOverWhatIsNone() {
    Users users = new Users(file);

    assertThat(users.byName("app")).contains(new Passwd("app", 1000, 1001, "/home/app"));
    assertThat(users.byUid(0)).map(Passwd::name).contains("root");
    assertThat(users.byName("broken")).isEmpty();
    assertThat(users.byName("short")).isEmpty();
  }

  @Test
  void readsAgainWhenTheFileHasChanged() throws IOException {
    Users users = new Users(file);
    assertThat(users.byName("late")).isEmpty();

    Files.writeString(file, "late:x:7:7::/:/bin/sh\n");
    Files.setLastModifiedTime(file, FileTime.fromMillis(1_000));

    assertThat(users.byName("late")).isPresent();
    assertThat(users.byName("root")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n", "# comment\n", "root:x:0\n"})
  void keepsTheLastTableWhileTheFileHasNoUsers(String text) throws IOException {
    Users users = new Users(file);
    assertThat(users.byName("app")).isPresent();

    Files.writeString(file, text);

    assertThat(users.byName("app")).isPresent();
    assertThat(new DaemonUser(0, users, false).isOwn("app")).isFalse();
  }

  @Test
  void keepsTheLastTableWhileTheFileIsGoneAndTakesTheNext() throws IOException {
    Users users = new Users(file);
    assertThat(users.byName("app")).isPresent();

    Files.delete(file);

    assertThat(users.byName("app")).isPresent();
    assertThat(users.missing("eve"))
        .isEqualTo("user eve cannot be looked up, " + file + " does not exist");

    Files.writeString(file, "late:x:7:7::/:/bin/sh\n");

    assertThat(users.byName("late")).isPresent();
    assertThat(users.byName("app")).isEmpty();
    assertThat(users.missing("eve")).isEqualTo("user eve does not exist");
  }

  @Test
  void rootRunsNoLineOfAnotherAsItselfWhileThereIsNoTableOfUsers() throws IOException {
    Files.writeString(file, "");
    DaemonUser daemon = daemon(0);

    assertThat(daemon.runsAllAsItself()).isFalse();
    assertThat(daemon.isOwn("app")).isFalse();
    assertThat(daemon.isOwn("root")).isTrue();
    // Accepted, as there may be one when it is due; until then its runs fail.
    assertThat(daemon.refusal("app")).isEmpty();
  }

  @Test
  void withoutAFileThereAreNoUsers() {
    assertThat(new Users(folder.resolve("none")).byUid(0)).isEmpty();
  }

  @Test
  void rootRunsLinesOfAllUsersThatExist() {
    assertThat(daemon(0).refusal("app")).isEmpty();
    assertThat(daemon(0).refusal("-")).isEmpty();
    assertThat(daemon(0).refusal("eve"))
        .contains(
            "user eve does not exist, the sixth column is the user, use one from /etc/passwd or -;"
                + " without such a column set crond.crontab.format = user");
    assertThat(daemon(0).isOwn("toor")).isTrue();
    assertThat(daemon(0).isOwn("app")).isFalse();
  }

  @Test
  void othersRunTheirOwnLinesAndThoseOfRootAsThemselves() {
    assertThat(daemon(1000).refusal("app")).isEmpty();
    assertThat(daemon(1000).refusal("-")).isEmpty();
    assertThat(daemon(1000).refusal("1000")).isEmpty();
    assertThat(daemon(1000).refusal("root")).isEmpty();
    assertThat(daemon(1000).isOwn("root")).isTrue();
    assertThat(daemon(1000).refusal("eve"))
        .hasValueSatisfying(
            why ->
                assertThat(why).endsWith("only root runs commands of other users, use app or -"));
  }

  @Test
  void aUidWithoutEntryRunsAllLinesAsItself() {
    assertThat(daemon(4711).refusal("root")).isEmpty();
    assertThat(daemon(4711).refusal("eve")).isEmpty();
    assertThat(daemon(4711).runsAllAsItself()).isTrue();
    assertThat(daemon(1000).runsAllAsItself()).isFalse();
  }

  @Test
  void rootThatMayNotSwitchRunsAllLinesAsItself() {
    DaemonUser daemon = new DaemonUser(0, new Users(file), true);

    assertThat(daemon.refusal("app")).isEmpty();
    assertThat(daemon.isOwn("app")).isTrue();
  }

  @Test
  void rootThatCannotSwitchRunsItsOwnLinesOnly() {
    DaemonUser daemon = daemon(0).cannotSwitch(Optional.of("no way"));

    assertThat(daemon.runsAllAsItself()).isFalse();
    assertThat(daemon.isOwn("app")).isFalse();
    assertThat(daemon.refusal("app")).contains("user app: no way");
    assertThat(daemon.refusal("root")).isEmpty();
    assertThat(daemon.refusal("toor")).isEmpty();
  }

  @Test
  void othersThanRootNeverRunLinesOfOthers() {
    assertThat(daemon(1000).cannotSwitch(Optional.of("no way")).refusal("eve")).isPresent();
  }

  @Test
  void knowsTheUidOfThisProcess() throws IOException {
    Object owner = Files.getAttribute(folder, "unix:uid");

    assertThat(DaemonUser.uid(new Users(file))).isEqualTo(((Number) owner).longValue());
  }
}
