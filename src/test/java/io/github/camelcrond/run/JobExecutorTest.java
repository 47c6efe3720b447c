// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelcrond.process.LaunchException;
import io.github.camelcrond.process.OutputSink;
import io.github.camelcrond.process.ProcessLauncher;
import io.github.camelcrond.process.ProcessRequest;
import io.github.camelcrond.process.RunningProcess;
import io.github.camelcrond.process.StandardStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.apache.camel.component.exec.ExecResult;
import org.junit.jupiter.api.Test;

class JobExecutorTest {
  private final RunFixture fixture = new RunFixture();
  private final List<Run> left = new ArrayList<>();
  private BooleanSupplier refusal = () -> false;
  private final JobExecutor executor =
      new JobExecutor(
          fixture.clock,
          new Prints(),
          fixture.runs,
          RunFixture.log(),
          fixture.budget,
          fixture.timer,
          left::add,
          new BackgroundProcesses(fixture.terminator));

  @Test
  void givesTheOutputToTheRunAndNoCopyToTheRoute() throws Exception {
    Run run = fixture.begun("* * * * * root true");
    fixture.runs.countAttempt(run);
    ProcessRequest request =
        new ProcessRequest(List.of("/bin/sh"), Map.of(), Path.of("/"), new byte[0]);
    ExecResult result = executor.execute(new JobCommand(run, request));
    assertThat(result.getStdout().readAllBytes()).isEmpty();
    assertThat(fixture.runs.end(run).output()).isEqualTo("hello");
    assertThat(left).contains(run);
  }

  @Test
  void aRunIsNotShownAsStartedWhileItsProcessIsRefused() throws Exception {
    Run run = fixture.begun("* * * * * root true");
    fixture.runs.countAttempt(run);
    RunProgress progress = fixture.runs.find(run.id()).orElseThrow();
    List<Boolean> shown = new ArrayList<>();
    refusal =
        () -> {
          shown.add(progress.started().isPresent());
          return shown.size() == 1;
        };
    ProcessRequest request =
        new ProcessRequest(List.of("/bin/sh"), Map.of(), Path.of("/"), new byte[0]);
    executor.execute(new JobCommand(run, request));
    assertThat(shown).containsExactly(false, false);
    assertThat(fixture.runs.end(run).started()).contains(RunFixture.AT);
  }

  /** Starts processes that print and end. */
  private final class Prints implements ProcessLauncher {
    @Override
    public RunningProcess start(ProcessRequest request, OutputSink output) throws LaunchException {
      if (refusal.getAsBoolean()) {
        throw new LaunchException(LaunchException.Reason.NO_FILES, "too many open files");
      }
      byte[] text = "hello".getBytes(StandardCharsets.US_ASCII);
      output.write(StandardStream.STDOUT, text, 0, text.length);
      output.end();
      FakeProcess process = new FakeProcess();
      process.ended.complete(FakeProcess.SUCCESS);
      return process;
    }

    @Override
    public void close() {}
  }
}
