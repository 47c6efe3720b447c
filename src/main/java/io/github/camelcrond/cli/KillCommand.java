// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cli;

import io.github.camelcrond.config.JsonValue;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
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

  @Option(names = "--json", description = "Print JSON, as returned by POST /api/runs/RUN/kill.")
  private boolean json;

  @Override
  public Integer call() throws ApiException {
    JsonValue answer = api.client().post("/runs/" + ApiClient.encode(run) + "/kill");
    spec.commandLine().getOut().println(json ? answer.toString() : run + " is being terminated");
    return 0;
  }
}
