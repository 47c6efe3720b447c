// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cli;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Runs the daemon until a signal ends it. */
@Command(
    name = "run",
    description =
        "Runs the daemon in the foreground, until a signal ends it. It reads the crontab again"
            + " whenever that changes; standard input (-) is read once.",
    mixinStandardHelpOptions = true)
final class RunCommand implements Callable<Integer> {
  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "FILE",
      description = "The crontab, - for standard input (default: crond.crontab.file).")
  private List<String> file = List.of();

  @Override
  public Integer call() throws Exception {
    DaemonRun.until(file);
    return 0;
  }
}
