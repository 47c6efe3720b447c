// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.crontab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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

    assertThat(users.byName("app")).contains(new Passwd("app", 1000, 1001, "/home/app", ""));
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
            "user eve does not exist, the sixth column names the user, use one of /etc/passwd or -");
    assertThat(daemon(0).isOwn("toor")).isTrue();
    assertThat(daemon(0).isOwn("app")).isFalse();
  }

  @Test
  void othersRunTheirOwnLinesOnly() {
    assertThat(daemon(1000).refusal("app")).isEmpty();
    assertThat(daemon(1000).refusal("-")).isEmpty();
    assertThat(daemon(1000).refusal("1000")).isEmpty();
    assertThat(daemon(1000).refusal("root"))
        .contains("user root, only root runs commands of others, use app or -");
    assertThat(daemon(1000).refusal("eve")).isPresent();
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
  void rootThatCannotSwitchRunsAllLinesAsItself() {
    assertThat(daemon(0).ifItCanSwitch(false).isOwn("app")).isTrue();
    assertThat(daemon(0).ifItCanSwitch(false).runsAllAsItself()).isTrue();
    assertThat(daemon(0).ifItCanSwitch(true).isOwn("app")).isFalse();
  }

  @Test
  void othersThanRootNeverRunLinesOfOthers() {
    assertThat(daemon(1000).ifItCanSwitch(false).refusal("root")).isPresent();
  }

  @Test
  void knowsTheUidOfThisProcess() throws IOException {
    Object owner = Files.getAttribute(folder, "unix:uid");

    assertThat(DaemonUser.uid(new Users(file))).isEqualTo(((Number) owner).longValue());
  }
}
