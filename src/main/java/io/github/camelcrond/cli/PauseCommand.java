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

/** {@code camel-crond pause}: pauses a job. */
@Command(
    name = "pause",
    description = "Pauses a job: its firings are skipped until it is resumed, across restarts.",
    mixinStandardHelpOptions = true)
final class PauseCommand implements Callable<Integer> {
  @Mixin private ApiOptions api;
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "JOB", description = JobIds.DESCRIPTION)
  private String job;

  @Option(names = "--json", description = "Print JSON, as returned by POST /api/jobs/JOB/pause.")
  private boolean json;

  @Override
  public Integer call() throws ApiException {
    ApiClient client = api.client();
    String id = JobIds.find(client, job);
    JsonValue answer = client.post("/jobs/" + ApiClient.encode(id) + "/pause");
    spec.commandLine().getOut().println(json ? answer.toString() : id + " is paused");
    return 0;
  }
}
