// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ProcessRequestTest {
  private static final Path ROOT = Path.of("/");
  private static final byte[] NOTHING = {};

  @Test
  void refusesWhatCannotBePassedToAProgram() {
    refused(List.of(), Map.of(), "argv is empty, name a program");
    refused(List.of("/x", "a\0"), Map.of(), "argument contains a NUL, use any other character");
    refused(List.of("/x"), Map.of("A=B", "c"), "variable name 'A=B' is empty or contains =");
    refused(List.of("/x"), Map.of("", "c"), "variable name '' is empty or contains =");
    refused(List.of("/x"), Map.of("A", "\0"), "value of A contains a NUL, use any other character");
  }

  @Test
  void itsTextShowsNoSecrets() {
    ProcessRequest request =
        new ProcessRequest(List.of("/x", "secret"), Map.of("PASSWORD", "secret"), ROOT, NOTHING);
    assertThat(request).hasToString("process /x in /");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/bin/backup", " /bin/backup  -v\t--to=/mnt/a_b,c:d@e%f+1 ", "./run.sh a", "../x"})
  void aShellThatWouldOnlyExecuteIsLeftOut(String command) {
    ProcessRequest plain = shell("/bin/sh", "-c", command).withoutShell().orElseThrow();
    assertThat(plain.argv()).containsExactly(command.strip().split("[ \t]+"));
    assertThat(plain.directory()).isEqualTo(ROOT);
    assertThat(plain.environment()).containsEntry("A", "B");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "backup", // a builtin, a function, or anywhere in PATH
        "bin/backup",
        "A=/b /c",
        "/a=b",
        "/a; /b",
        "/a & ",
        "/a | /b",
        "/a > b",
        "/a $B",
        "/a `b`",
        "/a 'b'",
        "/a \"b\"",
        "/a \\b",
        "/a *",
        "/a b?",
        "/a [b]",
        "/a {b,c}",
        "/a ~",
        "/a # b",
        "/a !b",
        "/a ^b",
        "/a\n/b",
        "/ä",
        "",
        " "
      })
  void aShellThatMightDoMoreIsNot(String command) {
    assertThat(shell("/bin/sh", "-c", command).withoutShell()).isEmpty();
  }

  @Test
  void aLongCommandTakesNoMoreStackThanAShortOne() throws Exception {
    String command = "/bin/echo" + " a".repeat(65_000);
    FutureTask<Boolean> plain =
        new FutureTask<>(() -> shell("/bin/sh", "-c", command).withoutShell().isPresent());
    Thread thread = new Thread(null, plain, "small", 256 * 1024);
    thread.start();
    assertThat(plain.get()).isTrue();
  }

  @Test
  void anotherShellIsNotLeftOut() {
    assertThat(shell("/bin/bash", "-c", "/bin/backup").withoutShell()).isEmpty();
    assertThat(shell("/bin/setpriv", "/bin/sh", "-c", "/bin/backup").withoutShell()).isEmpty();
    assertThat(shell("/bin/backup").withoutShell()).isEmpty();
  }

  private static ProcessRequest shell(String... argv) {
    return new ProcessRequest(List.of(argv), Map.of("A", "B"), ROOT, NOTHING);
  }

  private static void refused(List<String> argv, Map<String, String> environment, String why) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ProcessRequest(argv, environment, ROOT, NOTHING))
        .withMessage(why);
  }
}
