// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.run;

import io.github.camelcrond.process.ExitStatus;
import io.github.camelcrond.process.LaunchException;
import io.github.camelcrond.process.OutputBudget;
import io.github.camelcrond.process.OutputSink;
import io.github.camelcrond.process.ProcessLauncher;
import io.github.camelcrond.process.RunningProcess;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.camel.component.exec.ExecCommand;
import org.apache.camel.component.exec.ExecCommandExecutor;
import org.apache.camel.component.exec.ExecResult;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Executes the commands of {@link JobBinding}: starts the process, waits until it ends, and ends it
 * at the time-out.
 */
public final class JobExecutor implements ExecCommandExecutor {
  private static final Logger LOG = LoggerFactory.getLogger("crond.run");

  private static final Duration NEXT_TRY = Duration.ofMillis(100);

  private final Clock clock;
  private final ProcessLauncher launcher;
  private final Runs runs;
  private final RunLog log;
  private final OutputBudget budget;
  private final ScheduledExecutorService timer;
  private final Consumer<Run> afterStart;
  private final BackgroundProcesses background;

  /**
   * @param budget memory for incomplete lines of all runs together
   * @param timer for time-outs
   * @param background gets the processes that ended ones have left
   * @param afterStart called when the process of a run has started, or could not be started
   */
  public JobExecutor(
      Clock clock,
      ProcessLauncher launcher,
      Runs runs,
      RunLog log,
      OutputBudget budget,
      ScheduledExecutorService timer,
      Consumer<Run> afterStart,
      BackgroundProcesses background) {
    this.clock = clock;
    this.launcher = launcher;
    this.runs = runs;
    this.log = log;
    this.budget = budget;
    this.timer = timer;
    this.afterStart = afterStart;
    this.background = background;
  }

  @Override
  public ExecResult execute(ExecCommand command) {
    JobCommand job = (JobCommand) command;
    RunProgress progress = runs.find(job.run().id()).orElseThrow();
    try {
      RunningProcess process = start(job, progress);
      afterStart.accept(job.run());
      // Last, as the log may block.
      progress.announce(log);
      ExitStatus exit = await(process, job.run(), progress);
      progress.exited(exit);
      // The output is in the end of the run; a copy in the body would only take memory.
      return new ExecResult(command, InputStream.nullInputStream(), null, exit.code());
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    } finally {
      afterStart.accept(job.run());
    }
  }

  /**
   * Starts the process, and retries after temporary failures such as too many open files: the run
   * is late, but not lost.
   */
  private RunningProcess start(JobCommand job, RunProgress progress) throws IOException {
    OutputSink lines = log.output(job.run(), () -> progress.announce(log), budget);
    runs.awaitInstant(job.run());
    boolean said = false;
    while (true) {
      try {
        Instant now = clock.instant();
        RunningProcess process = launcher.start(job.request(), progress.output().and(lines));
        runs.started(job.run(), process, now);
        return process;
      } catch (LaunchException e) {
        if (!e.transientFailure() || progress.interruption().isPresent()) {
          throw e;
        }
        if (!said) {
          said = true;
          LOG.atWarn()
              .addKeyValue("job", job.run().job().id())
              .addKeyValue("run", job.run().id())
              .addKeyValue("reason", e.getMessage())
              .log("process start delayed, retrying");
        }
        sleep();
      }
    }
  }

  private static void sleep() throws IOException {
    try {
      TimeUnit.MILLISECONDS.sleep(NEXT_TRY.toMillis());
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  private ExitStatus await(RunningProcess process, Run run, RunProgress progress)
      throws IOException {
    ScheduledFuture<?> alarm =
        run.job()
            .policies()
            .timeout()
            .<ScheduledFuture<?>>map(t -> after(t, () -> timeOut(process, progress)))
            .orElse(null);
    try {
      ExitStatus exit = process.ended().get();
      if (exit.outputOpen()) {
        background.add(process, run);
      }
      return exit;
    } catch (InterruptedException e) {
      throw interrupted();
    } catch (ExecutionException e) {
      throw new IOException(e.getCause().getMessage(), e.getCause());
    } finally {
      if (alarm != null) {
        process.drained().whenComplete((nothing, failure) -> alarm.cancel(false));
      }
    }
  }

  private void timeOut(RunningProcess process, RunProgress progress) {
    if (!process.ended().isDone()) {
      progress.timeOut();
      progress.terminate();
    } else {
      background.timeOut(process);
    }
  }

  private ScheduledFuture<?> after(Duration time, Runnable action) {
    return timer.schedule(action, time.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static IOException interrupted() {
    Thread.currentThread().interrupt();
    return new IOException("the daemon stopped before the process was started");
  }
}
