// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code camel-crond kill}: ends a run in progress. */
@Command(
    name = "kill",
    description = "Kills a run: sends TERM to its processes, and KILL after CRON_KILL_AFTER.",
    mixinStandardHelpOptions = true)
final class KillCommand implements Callable<Integer> {
  @Mixin private ApiOptions api;
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "RUN", description = "The run-id, as printed by history.")
  private String run;

  @Override
  public Integer call() throws ApiException {
    api.client().post("/runs/" + ApiClient.encode(run) + "/kill");
    spec.commandLine().getOut().println(run + " is being terminated");
    return 0;
  }
}
