// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code camel-crond output}: prints the output of a run. */
@Command(
    name = "output",
    description =
        "Prints the output of a run: so far if it is in progress, else the part that its record"
            + " keeps.",
    mixinStandardHelpOptions = true)
final class OutputCommand implements Callable<Integer> {
  @Mixin private ApiOptions api;
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "RUN", description = "The run-id, as printed by history.")
  private String run;

  @Override
  public Integer call() throws ApiException {
    PrintWriter out = spec.commandLine().getOut();
    out.append(api.client().text("/runs/" + ApiClient.encode(run) + "/output"));
    out.flush();
    return 0;
  }
}
