// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.camelcrond.process.LaunchException.Reason;
import io.github.camelcrond.process.Shell.Run;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What every launcher promises about the start of a process and about its end by itself. */
abstract class ProcessLauncherContract extends LauncherFixture {
  private static final byte[] NOTHING = {};

  /** A bit for each signal that a new process may have blocked. */
  abstract long mayBeBlocked();

  /** A bit for each signal that a new process may ignore. */
  long mayBeIgnored() throws Exception {
    return 0;
  }

  @Test
  void tellsTheExitCode() throws Exception {
    assertThat(shell.start("exit 0").end()).isEqualTo(new ExitStatus(0, 0, false));
    assertThat(shell.start("exit 77").end()).isEqualTo(new ExitStatus(77, 0, false));
  }

  @Test
  void tellsTheSignal() throws Exception {
    assertThat(shell.start("kill -9 $$").end()).isEqualTo(new ExitStatus(137, 9, false));
    assertThat(shell.start("kill -15 $$").end()).isEqualTo(new ExitStatus(143, 15, false));
  }

  @Test
  void aCommandThatTheShellDoesNotFindExitsWith127() throws Exception {
    Run run = shell.start("no-such-command");
    assertThat(run.end().code()).isEqualTo(127);
    assertThat(run.output().stderr()).contains("not found");
  }

  @Test
  void aPathIsExecutedAsAShellWould() throws Exception {
    Path script = script("#!/bin/sh\necho \"$# $2 $(pwd)\"\n", true);
    assertThat(shell.start(script + " a  b=c").line()).isEqualTo("2 b=c /");
  }

  @Test
  void aShellTellsWhyAPathCannotBeExecuted() throws Exception {
    Run missing = shell.start("/no/such-command x");
    assertThat(missing.end().code()).isEqualTo(127);
    assertThat(missing.output().stderr()).contains("/no/such-command").contains("not found");
    Run forbidden = shell.start(script("#!/bin/sh\n", false).toString());
    assertThat(forbidden.end().code()).isEqualTo(126);
    assertThat(forbidden.output().stderr()).contains("ermission denied");
  }

  @Test
  void aShellTakesAScriptThatNamesNoInterpreter() throws Exception {
    assertThat(shell.start(script("echo \"$0 $1\"\n", true) + " x").line())
        .isEqualTo(folder.resolve("script") + " x");
  }

  private Path script(String text, boolean executable) throws Exception {
    Path script = Files.writeString(folder.resolve("script"), text);
    assertThat(script.toFile().setExecutable(executable)).isTrue();
    return script;
  }

  @Test
  void keepsTheStreamsApart() throws Exception {
    Run run = shell.start("echo out; echo err >&2");
    run.end();
    assertThat(run.output().stdout()).isEqualTo("out\n");
    assertThat(run.output().stderr()).isEqualTo("err\n");
    assertThat(run.output().ends()).isEqualTo(1);
  }

  @Test
  void passesOnOutputWithoutNewline() throws Exception {
    assertThat(shell.start("printf x").line()).isEqualTo("x");
  }

  @Test
  void standardInputIsWhatWasGiven() throws Exception {
    assertThat(shell.start(Shell.request("cat", "one\ntwo\n")).line()).isEqualTo("one\ntwo");
  }

  @Test
  void standardInputMayBeLargerThanAPipe() throws Exception {
    String large = "0123456789".repeat(100_000);
    assertThat(shell.start(Shell.request("wc -c", large)).line()).isEqualTo("1000000");
  }

  @Test
  void standardInputNeedNotBeRead() throws Exception {
    String large = "0123456789".repeat(100_000);
    assertThat(shell.start(Shell.request("exit 3", large)).end().code()).isEqualTo(3);
  }

  @Test
  void standardInputIsOtherwiseAtItsEnd() throws Exception {
    assertThat(shell.start("cat; readlink /proc/self/fd/0").line()).isEqualTo("/dev/null");
  }

  @Test
  void theEnvironmentIsWhatWasGivenAndNoMore() throws Exception {
    Map<String, String> environment = new TreeMap<>(Map.of("A", "1", "B", "x=y z", "EMPTY", ""));
    Run run =
        shell.start(
            new ProcessRequest(List.of("/usr/bin/env"), environment, Path.of("/"), NOTHING));
    assertThat(run.line().lines()).containsExactlyInAnyOrder("A=1", "B=x=y z", "EMPTY=");
  }

  @Test
  void theWorkingFolderIsWhatWasGiven() throws Exception {
    Path real = folder.toRealPath();
    Run run =
        shell.start(
            new ProcessRequest(List.of("/bin/sh", "-c", "pwd"), Shell.ENVIRONMENT, real, NOTHING));
    assertThat(run.line()).isEqualTo(real.toString());
  }

  @Test
  void leadsItsOwnSessionAndGroup() throws Exception {
    Run run = shell.start("cut -d' ' -f5,6 /proc/$$/stat");
    long pid = run.process().pid();
    assertThat(run.line()).isEqualTo(pid + " " + pid);
  }

  @Test
  void inheritsNoOpenFiles() throws Exception {
    try (var server = new java.net.ServerSocket(0)) {
      assertThat(server.isBound()).isTrue();
      // 3 is the folder that ls itself has open.
      assertThat(shell.start("exec ls /proc/self/fd").line().lines())
          .containsExactly("0", "1", "2", "3");
    }
  }

  @Test
  void signalsHaveTheirDefaultActions() throws Exception {
    // Above 31 are the real-time signals, of which the C library keeps two for itself.
    assertThat(signals("SigIgn") & ~mayBeIgnored() & 0x7fff_ffffL).isZero();
    assertThat(signals("SigBlk") & ~mayBeBlocked()).isZero();
  }

  @Test
  void aProcessMayCloseItsOutputAndGoOn() throws Exception {
    Path fifo = fifo();
    Run run = shell.start("exec >&- 2>&-; read x < " + fifo + "; exit 5");
    assertThat(run.process().ended()).isNotDone();
    Files.writeString(fifo, "go\n");
    assertThat(run.end().code()).isEqualTo(5);
  }

  @Test
  void outputOfManyMegabytesIsCompleteAndNotHeld() throws Exception {
    OutputCapture capture = new OutputCapture(1 << 20, OutputBudget.ofHeap());
    RunningProcess process =
        launcher.start(Shell.request("head -c 200000000 /dev/zero; echo end"), capture);
    assertThat(process.ended().get().success()).isTrue();
    assertThat(capture.total()).isEqualTo(200_000_004);
    assertThat(capture.text()).endsWith("end\n").contains("bytes omitted");
    assertThat(capture.bytes().length).isLessThan((1 << 20) + 100);
  }

  @Test
  void aSinkThatFailsDoesNotHoldUpTheEnd() throws Exception {
    OutputSink failing =
        new OutputLines(
            (stream, line) -> {
              throw new IllegalStateException("disk full");
            },
            100,
            OutputBudget.ofHeap());
    RunningProcess process = launcher.start(Shell.request("echo a; echo b; exit 4"), failing);
    assertThat(process.ended().get().code()).isEqualTo(4);
    assertThat(shell.start("echo on").line()).isEqualTo("on");
  }

  @Test
  void threeHundredAtOnceAllEnd() throws Exception {
    List<Run> runs = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      runs.add(shell.start("echo " + i + "; exit " + i % 100));
    }
    for (int i = 0; i < runs.size(); i++) {
      assertThat(runs.get(i).end().code()).isEqualTo(i % 100);
      assertThat(runs.get(i).line()).isEqualTo("" + i);
    }
  }

  @Test
  void aMissingShellIsNoProgram() {
    assertThat(refusal("/no/shell", Path.of("/"))).isEqualTo(Reason.NO_PROGRAM);
    assertThat(refusal("sh", Path.of("/"))).isEqualTo(Reason.NO_PROGRAM);
  }

  @Test
  void aFileWithoutTheRightIsNoPermission() throws Exception {
    Path file = Files.writeString(folder.resolve("plain"), "#!/bin/sh\n");
    assertThat(refusal(file.toString(), Path.of("/"))).isEqualTo(Reason.NO_PERMISSION);
    assertThat(refusal("/etc", Path.of("/"))).isEqualTo(Reason.NO_PERMISSION);
  }

  @Test
  void aMissingFolderIsToldApartFromAMissingProgram() {
    assertThat(refusal("/bin/sh", folder.resolve("gone"))).isEqualTo(Reason.NO_DIRECTORY);
  }

  @Test
  void tooLongAnArgumentIsTold() {
    ProcessRequest request = Shell.request("#" + "x".repeat(200_000));
    assertThat(refusal(request).reason()).isEqualTo(Reason.TOO_LONG);
    assertThat(refusal(request).transientFailure()).isFalse();
  }

  @Test
  void startsNothingOnceClosed() {
    launcher.close();
    assertThat(refusal("/bin/sh", Path.of("/"))).isEqualTo(Reason.STOPPED);
  }

  private Reason refusal(String program, Path directory) {
    return refusal(new ProcessRequest(List.of(program), Shell.ENVIRONMENT, directory, NOTHING))
        .reason();
  }

  private LaunchException refusal(ProcessRequest request) {
    return catchThrowableOfType(
        LaunchException.class, () -> launcher.start(request, OutputSink.NONE));
  }

  private long signals(String set) throws Exception {
    String line = shell.start("exec grep " + set + " /proc/self/status").line();
    return Long.parseLong(line.substring(line.indexOf('\t') + 1), 16);
  }
}
