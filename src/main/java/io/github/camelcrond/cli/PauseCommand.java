// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code camel-crond pause}: pauses a job. */
@Command(
    name = "pause",
    description = "Pauses a job: its firings are skipped until it is resumed, across restarts.",
    mixinStandardHelpOptions = true)
final class PauseCommand implements Callable<Integer> {
  @Mixin private ApiOptions api;
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "JOB", description = "The job-id.")
  private String job;

  @Override
  public Integer call() throws ApiException {
    api.client().post("/jobs/" + ApiClient.encode(job) + "/pause");
    spec.commandLine().getOut().println(job + " is paused");
    return 0;
  }
}
